[description]
TPP, the Token Pool Proxy: what its WAR needs of the server, and the health connector.

[environment]
ee10

[depend]
server
graceful
http
client
ee10-webapp
ee10-deploy

[lib]
lib/jetty-ee10-proxy-${jetty.version}.jar
lib/http2/*.jar

[xml]
etc/tpp.xml

[ini-template]
## Where health, metrics and probes are served.
# tpp.health.host=0.0.0.0
# tpp.health.port=9090
