#!/bin/sh
# The page tests need a Chromium and the Spark tests a Java. Installs them where that is possible without asking;
# says exactly what to install where it is not. Tests of what is still missing are skipped, and say so.
set -u
have() { command -v "$1" >/dev/null 2>&1; }

browser() { have chromium || have chromium-browser || have google-chrome || [ -x "${COMITY_CHROMIUM:-}" ]; }
java_there() { have java || [ -x "${JAVA_HOME:-}/bin/java" ]; }

wanted=""
browser || wanted="chromium"
java_there || wanted="$wanted default-jre-headless"
[ -z "$wanted" ] && exit 0

if [ "$(id -u)" = 0 ] && have apt-get; then
    echo "installing $wanted for the page and engine tests"
    # shellcheck disable=SC2086
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $wanted; } >/dev/null 2>&1 || true
fi
browser || echo "no Chromium: page tests will be skipped. Install it (Debian: sudo apt-get install chromium; macOS: brew install --cask chromium) or set COMITY_CHROMIUM=/path/to/chrome"
java_there || echo "no Java: Spark tests will be skipped. Install it (Debian: sudo apt-get install default-jre-headless; macOS: brew install openjdk)"
exit 0
