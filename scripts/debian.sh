# Debian's packages for scripts/setup and scripts/get_chromium: installed as root, unpacked by anybody else.

# install_packages NAME...: install with apt-get; for root.
install_packages() {
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq >/dev/null && apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# unpack_packages FOLDER NAME...: download the packages, and what they need that this machine lacks, with apt's
# lists and archives in FOLDER, and unpack them there. Needs no rights.
unpack_packages() {
    local folder=$1 options archive
    shift
    command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
    mkdir -p "$folder/apt/lists/partial" "$folder/apt/archives/partial"
    folder=$(cd "$folder" && pwd)
    options=(
        -qq -o "Dir::State::Lists=$folder/apt/lists" -o "Dir::Cache=$folder/apt"
        -o "Dir::Cache::Archives=$folder/apt/archives" -o Debug::NoLocking=1 -o APT::Sandbox::User=
    )
    apt-get "${options[@]}" update >/dev/null &&
        apt-get "${options[@]}" --yes --no-install-recommends --download-only install "$@" >/dev/null || return 1
    for archive in "$folder"/apt/archives/*.deb; do
        dpkg-deb -x "$archive" "$folder" || return 1
    done
    rm -rf "$folder/apt"
}
