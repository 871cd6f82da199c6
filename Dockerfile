# syntax=docker/dockerfile:1
#
# The image: the service extracted from its jar, a Java runtime with the modules it needs, the CPU
# natives already unpacked, and an AOT cache. It starts without network, as an ordinary user, and
# writes to /tmp alone.
#
# RUN lines use relative paths only, so that image/dry-run can run each of them in a plain folder.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml application.yml ./
COPY src/main src/main
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -Dmaven.test.skip -Dchecks.skip -Djacoco.skip

WORKDIR /chameleon
RUN java -Djarmode=tools -jar ../build/target/chameleon.jar extract --force --destination .

# What jdeps cannot see: TLS, heap dumps and flight recordings, JMX, jcmd, zip file systems.
RUN modules=$(jdeps --ignore-missing-deps -q --recursive --multi-release 25 --print-module-deps \
      --class-path 'lib/*' chameleon.jar) \
 && jlink --add-modules "$modules,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.unsupported,jdk.zipfs" \
      --strip-debug --no-header-files --no-man-pages --output runtime

# The training run: the runtime that will serve starts the service, which unpacks the natives and the
# demo model, answers, and writes the AOT cache when it stops.
COPY image/FirstAnswer.java ../build/image/
RUN DJL_CACHE_DIR="$PWD/native" DJL_OFFLINE=true \
    java ../build/image/FirstAnswer.java 18080 \
      runtime/bin/java -XX:AOTCacheOutput=chameleon.aot -Xlog:aot=error --sun-misc-unsafe-memory-access=allow \
      "-Duser.home=$PWD/home" -jar chameleon.jar --server.port=18080 \
 && test -s chameleon.aot && mkdir -p home

# glibc and libstdc++, which libtorch needs, and nothing else: no shell.
FROM gcr.io/distroless/cc-debian12:nonroot
WORKDIR /chameleon
COPY --from=build /chameleon/runtime runtime
COPY --from=build /chameleon/lib lib
COPY --from=build /chameleon/native native
COPY --from=build --chown=65532:65532 /chameleon/home home
COPY --from=build /chameleon/chameleon.jar /chameleon/chameleon.aot ./
ENV DJL_CACHE_DIR=/chameleon/native
ENV DJL_OFFLINE=true
EXPOSE 8080
ENTRYPOINT ["/chameleon/runtime/bin/java", "-XX:AOTCache=/chameleon/chameleon.aot", "--sun-misc-unsafe-memory-access=allow", "-Duser.home=/chameleon/home", "-jar", "/chameleon/chameleon.jar"]
