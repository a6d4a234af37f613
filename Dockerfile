# Builds with the lowest Java that TPP supports, runs on a newer one.
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY pom.xml ./
# The dependencies change less often than the sources, and so have a layer of their own.
RUN mvn -B -q -DskipTests dependency:go-offline
COPY src src
COPY webapp webapp
RUN mvn -B -q -DskipTests package

FROM eclipse-temurin:25-jre
LABEL org.opencontainers.image.title="TPP" \
      org.opencontainers.image.description="Token Pool Proxy: gives every client connection its own DolphinDB token out of a pool" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /build/target/tpp.jar /app/tpp.jar
WORKDIR /app
# A number, so that Kubernetes can see that it is not root.
USER 10001:10001
EXPOSE 8080 9090
STOPSIGNAL SIGTERM
# Asks health_listen of the configuration; TPP_HEALTH_LISTEN wins as it does for the proxy.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx32m", "-jar", "/app/tpp.jar", "healthcheck", "--config", "/app/config.yaml"]
# Without memory TPP is of no use; whoever runs the container starts it anew.
ENTRYPOINT ["java", "-XX:MaxRAMPercentage=75", "-XX:+ExitOnOutOfMemoryError", "-jar", "/app/tpp.jar"]
CMD ["--config", "/app/config.yaml"]
