# Sourced by the run scripts: where the JDK 25 and the service's jar are.

# The major version that a java says it is, 0 where it says nothing.
java_major() {
  local version
  version=$("$1" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1) || true
  echo "${version:-0}"
}

# Prints a java of version 25: JAVA_HOME's, a JDK in a usual folder, or one on the PATH, which may
# be newer.
find_java() {
  local home java
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/*; do
    java=$home/bin/java
    if [[ -n $home && -x $java && $(java_major "$java") == 25 ]]; then
      echo "$java"
      return
    fi
  done
  if java=$(command -v java) && (($(java_major "$java") >= 25)); then
    echo "$java"
    return
  fi
  echo "no JDK 25 in JAVA_HOME, /usr/lib/jvm or ~/.sdkman, and none of 25 or newer on the PATH:" \
    "install one, for example Temurin 25" >&2
  return 1
}

# Builds target/chameleon.jar below the given folder if it is not there.
require_jar() {
  if [[ ! -f $1/target/chameleon.jar ]]; then
    echo "target/chameleon.jar is missing: building it" >&2
    (cd "$1" && mvn -q -B -DskipTests package)
  fi
}
