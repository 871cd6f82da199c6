# syntax=docker/dockerfile:1
#
# The image: the service extracted from its jar, a Java runtime with the modules it needs, the CPU
# natives already unpacked, and an AOT cache. It starts without network, as an ordinary user, and
# writes to /tmp alone. With --target gpu it has libtorch with CUDA instead, for NVIDIA GPUs (x86-64).
#
# RUN lines use relative paths only, so that image/dry-run can run each of them in a plain folder.

FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /build
COPY pom.xml application.yml ./
COPY src/main src/main
# What is built here has been checked before, by mvn verify.
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -Dmaven.test.skip -Dchecks.skip -Djacoco.skip \
      -Derror-prone.more=-XepDisableAllChecks

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

# libtorch with CUDA, from its Python wheels, for Maven has no such build of this version. Kept is what
# libtorch links and NVRTC; cuDNN's own parts are not, for nothing here calls them. What is missing
# then may only be the driver's library, which the container runtime brings. The version of Python is
# that of the wheels' names, not of the image.
FROM python:3.13-slim-bookworm AS cuda
WORKDIR /build
COPY image/cuda-wheels.txt ./
RUN --mount=type=cache,target=/root/.cache/pip \
    pip install --quiet --no-deps --no-compile --only-binary=:all: --require-hashes --requirement cuda-wheels.txt \
      --python-version 3.11 --implementation cp --platform manylinux_2_28_x86_64 \
      --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --target site \
 && mkdir libtorch \
 && mv site/torch/lib/libc10.so site/torch/lib/libc10_cuda.so site/torch/lib/libtorch.so \
      site/torch/lib/libtorch_cpu.so site/torch/lib/libtorch_cuda.so site/torch/lib/libcaffe2_nvrtc.so \
      site/torch/lib/libgomp.so.1 site/nvidia/cublas/lib/libcublas.so.12 site/nvidia/cublas/lib/libcublasLt.so.12 \
      site/nvidia/cuda_cupti/lib/libcupti.so.12 site/nvidia/cuda_nvrtc/lib/libnvrtc*.so.12* \
      site/nvidia/cuda_runtime/lib/libcudart.so.12 site/nvidia/cudnn/lib/libcudnn.so.9 \
      site/nvidia/cufft/lib/libcufft.so.11 site/nvidia/cufile/lib/libcufile.so.0 \
      site/nvidia/curand/lib/libcurand.so.10 site/nvidia/cusparse/lib/libcusparse.so.12 \
      site/cusparselt/lib/libcusparseLt.so.0 site/nvidia/nccl/lib/libnccl.so.2 \
      site/nvidia/nvjitlink/lib/libnvJitLink.so.12 libtorch \
 && rm -r site
RUN LD_LIBRARY_PATH=libtorch ldd libtorch/* >links.txt \
 && awk '/not found/ && !/libcuda\.so\.1/ { print; lacks = 1 } END { exit lacks }' links.txt

# As below, for GPUs. DJL unpacks its binding to this libtorch at start, 4 MB, hence its cache in /tmp.
# The last three folders are where container runtimes put the driver. ZGC, for no pause of a
# millisecond, where a step takes a few; it does without the AOT cache, which was made with another.
FROM gcr.io/distroless/cc-debian12:nonroot AS gpu
WORKDIR /chameleon
COPY --from=build /chameleon/runtime runtime
COPY --from=cuda /build/libtorch libtorch
COPY --from=build /chameleon/lib lib
COPY --from=build --chown=65532:65532 /chameleon/home home
COPY --from=build /chameleon/chameleon.jar ./
ENV DJL_CACHE_DIR=/tmp/djl
ENV DJL_OFFLINE=true
ENV PYTORCH_LIBRARY_PATH=/chameleon/libtorch
ENV PYTORCH_VERSION=2.7.1
ENV PYTORCH_FLAVOR=cu128
ENV LD_LIBRARY_PATH=/chameleon/libtorch:/usr/local/nvidia/lib64:/usr/lib64:/usr/lib/x86_64-linux-gnu
ENV NVIDIA_DRIVER_CAPABILITIES=compute,utility
ENV JDK_JAVA_OPTIONS=-XX:+UseZGC
EXPOSE 8080
ENTRYPOINT ["/chameleon/runtime/bin/java", "--sun-misc-unsafe-memory-access=allow", "-Duser.home=/chameleon/home", "-jar", "/chameleon/chameleon.jar"]

# glibc and libstdc++, which libtorch needs, and nothing else: no shell. Last, so that a build without
# a target makes it.
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
