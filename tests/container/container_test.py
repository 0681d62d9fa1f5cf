#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The sensor and a real container runtime: a shell with a terminal in a container is reported.

usage: tests/container/container_test.py [--build DIR] [--list] [CASE ...]

Each case starts containerd (and dockerd) itself, with everything it writes below a temporary folder,
and ends it by pid. The image is made here from a static busybox; no network is used.
"""
import contextlib
import hashlib
import io
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tarfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "support"))
import harness
from harness import Sensor, case, expect

RULE = "Terminal shell in container"
IMAGE = "localhost/busybox:1"
APPLETS = ("sh", "cat", "ls", "sleep", "true", "id", "ps")
# A name as container engines above containerd give it; the sensor reports its first 12 digits.
NAME = hashlib.sha256(b"saker container test").hexdigest()
READY_SECONDS = 30


def tar_of(members):
    """Bytes of a tar with the (name, mode, bytes or link target) given."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, mode, content in members:
            info = tarfile.TarInfo(name)
            info.mode = mode
            if content is None:
                info.type = tarfile.DIRTYPE
                tar.addfile(info)
            elif isinstance(content, str):
                info.type, info.linkname = tarfile.SYMTYPE, content
                tar.addfile(info)
            else:
                info.size = len(content)
                tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


def root_tar():
    busybox = pathlib.Path(harness.need_program("busybox")).read_bytes()
    return tar_of([(d, 0o755, None) for d in ("bin", "etc", "proc", "dev", "sys", "tmp")]
                  + [("bin/busybox", 0o755, busybox)]
                  + [(f"bin/{a}", 0o777, "busybox") for a in APPLETS]
                  + [("etc/passwd", 0o644, b"root:x:0:0:root:/:/bin/sh\n"),
                     ("etc/shadow", 0o600, b"root:*:19000:0:99999:7:::\n")])


def oci_tar():
    """The image as a tar of an OCI layout (image-spec, image-layout.md)."""
    blobs = []

    def blob(media_type, data):
        digest = hashlib.sha256(data).hexdigest()
        blobs.append((f"blobs/sha256/{digest}", 0o644, data))
        return {"mediaType": f"application/vnd.oci.image.{media_type}",
                "digest": f"sha256:{digest}", "size": len(data)}

    layer = root_tar()
    config = blob("config.v1+json", json.dumps({
        "architecture": "amd64" if os.uname().machine == "x86_64" else "arm64", "os": "linux",
        "config": {"Cmd": ["/bin/sh"], "Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
    }).encode())
    manifest = blob("manifest.v1+json", json.dumps({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config, "layers": [blob("layer.v1.tar", layer)],
    }).encode())
    manifest["annotations"] = {"io.containerd.image.name": IMAGE,
                               "org.opencontainers.image.ref.name": IMAGE}
    index = json.dumps({"schemaVersion": 2, "manifests": [manifest]}).encode()
    return tar_of([("oci-layout", 0o644, b'{"imageLayoutVersion": "1.0.0"}'),
                   ("index.json", 0o644, index)] + blobs)


@contextlib.contextmanager
def daemon(command, log, ready):
    """Runs a daemon until the block ends; ready() must become true first."""
    with open(log, "w") as out:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    try:
        def probe():
            expect(process.poll() is None,
                   f"{command[0]} ended with {process.returncode}:\n{pathlib.Path(log).read_text()}")
            return ready()

        harness.wait_for(f"{command[0]} is ready", READY_SECONDS, probe)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(READY_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextlib.contextmanager
def short_folder():
    """Socket addresses have at most 107 bytes, and a runtime appends much to its folder."""
    with harness.folder() as folder:
        try:
            yield folder
        finally:
            # What a killed container may have left mounted would stop the folder's removal.
            mounts = [line.split()[1] for line in open("/proc/mounts")
                      if line.split()[1].startswith(str(folder) + "/")]
            for path in sorted(mounts, reverse=True):
                subprocess.run(["umount", "-l", path], check=False)


@contextlib.contextmanager
def containerd():
    """A containerd of our own with the image loaded; yields ctr's command line."""
    harness.need_root()
    for program in ("containerd", "ctr", "runc", "script"):
        harness.need_program(program)
    with short_folder() as folder:
        socket = folder / "c.sock"
        config = folder / "config.toml"
        config.write_text(f"""\
version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.btrfs",
	"io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper",
	"io.containerd.snapshotter.v1.aufs"]
[grpc]
address = "{socket}"
[ttrpc]
address = "{socket}.ttrpc"
""")
        ctr = ["ctr", "-a", str(socket)]

        def ready():
            return subprocess.run(ctr + ["version"], capture_output=True).returncode == 0

        with daemon(["containerd", "-c", str(config)], folder / "log", ready):
            image = folder / "image.tar"
            image.write_bytes(oci_tar())
            run(ctr + ["images", "import", str(image)])
            try:
                yield ctr
            finally:
                subprocess.run(ctr + ["task", "kill", "-s", "SIGKILL", NAME], capture_output=True)
                subprocess.run(ctr + ["task", "delete", "-f", NAME], capture_output=True)
                subprocess.run(ctr + ["container", "delete", NAME], capture_output=True)


def run(command, **more):
    result = subprocess.run(command, capture_output=True, text=True, timeout=60, **more)
    expect(result.returncode == 0,
           f"{' '.join(command)}: exit status {result.returncode}:\n{result.stdout}{result.stderr}")
    return result.stdout


def with_terminal(command):
    """Runs a command under a terminal of its own."""
    return run(["script", "-qec", shlex.join(command), "/dev/null"], stdin=subprocess.DEVNULL)


def of(container, rule=RULE):
    """Picks the alerts of one rule in one container: this machine may run in one itself."""
    return lambda alert: (alert["rule"] == rule
                          and alert["output_fields"].get("container.id") == container[:12])


def expect_shell(alerts):
    expect(len(alerts) == 1, f"{len(alerts)} alerts instead of one: {json.dumps(alerts)}")
    fields = alerts[0]["output_fields"]
    expect(fields.get("proc.name") == "sh", f"{json.dumps(alerts)}")
    expect(fields.get("proc.cmdline", "").startswith("sh "), f"{json.dumps(alerts)}")


@case
def containerd_run():
    """`ctr run -t` of a shell."""
    with containerd() as ctr, Sensor() as sensor:
        with_terminal(ctr + ["run", "--rm", "-t", IMAGE, NAME, "/bin/sh", "-c", "true"])
        expect_shell(sensor.wait_alerts("the alert of the shell", of(NAME)))


@case
def containerd_exec():
    """A shell with a terminal entering a running container; the same without a terminal is quiet."""
    with containerd() as ctr, Sensor() as sensor:
        run(ctr + ["run", "-d", IMAGE, NAME, "/bin/sleep", "600"])
        run(ctr + ["task", "exec", "--exec-id", "quiet", NAME, "/bin/sh", "-c", "true"])
        with_terminal(ctr + ["task", "exec", "-t", "--exec-id", "loud", NAME, "/bin/sh", "-c", "id"])
        expect_shell(sensor.wait_alerts("the alert of the shell", of(NAME)))


@case
def containerd_before_sensor():
    """A container that ran before the sensor started is known from the snapshot."""
    with containerd() as ctr:
        run(ctr + ["run", "-d", IMAGE, NAME, "/bin/sleep", "600"])
        with Sensor() as sensor:
            with_terminal(ctr + ["task", "exec", "-t", "--exec-id", "loud", NAME, "/bin/sh", "-c",
                                 "cat /etc/shadow"])
            expect_shell(sensor.wait_alerts("the alert of the shell", of(NAME)))
            alerts = sensor.wait_alerts("the alert of the file",
                                        of(NAME, "Read sensitive file untrusted"))
            expect(len(alerts) == 1 and alerts[0]["output_fields"]["fd.name"] == "/etc/shadow",
                   f"{json.dumps(alerts)}")


@case
def docker_exec():
    """The same with dockerd, where it is installed."""
    for program in ("dockerd", "docker"):
        if not shutil.which(program):
            harness.skip(f"{program} is not installed")
    with containerd() as ctr, short_folder() as folder:
        socket = f"unix://{folder}/d.sock"
        docker = ["docker", "-H", socket]

        def ready():
            return subprocess.run(docker + ["version"], capture_output=True).returncode == 0

        with daemon(["dockerd", "--containerd", ctr[2], "--data-root", f"{folder}/data",
                     "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid", "--bridge",
                     "none", "--iptables=false", "-H", socket], folder / "log", ready):
            (folder / "root.tar").write_bytes(root_tar())
            run(docker + ["import", str(folder / "root.tar"), IMAGE])
            with Sensor() as sensor:
                container = run(docker + ["run", "-d", "--network", "none", IMAGE, "/bin/sleep",
                                          "600"]).strip()
                with_terminal(docker + ["exec", "-t", container, "/bin/sh", "-c", "id"])
                alerts = sensor.wait_alerts("the alert of the shell", of(container))
                run(docker + ["rm", "-f", container])
            expect_shell(alerts)


harness.main()
