import assert from "node:assert/strict";
import { RULES } from "../../policy/rules";
import { evaluate, hardened, set, violations } from "./fixtures";

describe("cri-socket-mount", () => {
    const rule = RULES.find(({ id }) => id === "cri-socket-mount")!;
    const judge = (path: string) => {
        const volumes = [{ name: "host", hostPath: { path } }];
        return violations(evaluate(rule, set(hardened("Pod"), "spec.volumes", volumes)));
    };

    for (const path of [
        ...["/", "", "/run", "/run/", "//run", "/var/run", "/./run/.", "/var/run/..", "/var", "/run/../run"],
        ...["/run/docker.sock", "/var/run/docker.sock", "/run/containerd", "/run/containerd/containerd.sock.ttrpc"],
        ...["/run/crio", "/run/podman", "/var/run/dockershim.sock", "/run/cri-dockerd.sock", "/run/k3s", "/run/nri"],
        ...["/run/containerd/s", "/run/user", "/run/user/1000", "/run/user/1000/podman", "/run/user/1/docker.sock"],
        ...["/run/balena-engine.sock", "/var/vcap", "/proc/1/root", "/proc/1/root/run", "/proc/self/root/var/run"],
        ...["/anywhere/docker.sock", "//./pipe/docker_engine", "\\\\.\\pipe\\containerd-containerd"],
    ]) {
        it(`reports ${JSON.stringify(path)}`, () => {
            assert.deepEqual(judge(path), ["spec.volumes[0].hostPath.path"]);
        });
    }

    for (const path of [
        ...["/var/log", "/var/lib/kubelet", "/var/lib/docker", "/etc", "/proc", "/sys", "/dev", "/run/log", "/mnt/run"],
        ...["/run/spire/sockets", "/run/user/1000/pulse", "/run/systemd", "/run/udev", "/runner", "/proc/1/rootfs"],
    ]) {
        it(`accepts ${path}, which is the matter of host-path`, () => {
            assert.deepEqual(judge(path), []);
        });
    }
});
