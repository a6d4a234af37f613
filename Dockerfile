# Builds with the lowest Java that TPP supports, runs on a newer one.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
# The dependencies change less often than the sources, and so have a layer of their own.
RUN mvn -B -q -DskipTests dependency:go-offline
COPY src src
COPY webapp webapp
RUN mvn -B -q -DskipTests package
# The OpenTelemetry agent beside the jar, because Java loads it from a file and the container's disk is read-only.
RUN mkdir /app && cp target/tpp.jar /app/ && \
    find target -maxdepth 2 -name opentelemetry-javaagent.jar -exec cp {} /app/ \;

FROM eclipse-temurin:25-jre
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="TPP" \
      org.opencontainers.image.description="Token Pool Proxy: gives every client connection its own DolphinDB token out of a pool" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
WORKDIR /app
COPY --from=build /app/ ./
COPY deploy/docker/java.options deploy/docker/make-archive ./
# With the very Java, jar and options of later: the archive fits no others.
RUN ["/app/make-archive", "/app/tpp.jar", "/app/java.options", "/app/tpp.aot"]
# Else each thread may get memory of its own from the C library, which keeps it.
ENV MALLOC_ARENA_MAX=2
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# Asks health_listen of the configuration; TPP_HEALTH_LISTEN wins as it does for the proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xmx32m", "-jar", "/app/tpp.jar", "healthcheck", "--config", "/app/config.yaml"]
# Java is the container's first process and gets its signals. Nothing is written to disk.
ENTRYPOINT ["java", "@/app/java.options", "-XX:AOTCache=/app/tpp.aot", "-jar", "/app/tpp.jar"]
CMD ["--config", "/app/config.yaml"]
