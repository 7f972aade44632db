/**
 * Sockets of container runtimes and image builders, at the places that their documentation names: Docker, containerd
 * (also of k3s, RKE2, k0s, MicroK8s, Talos and Bottlerocket, with the sockets of its shims and of NRI), CRI-O,
 * cri-dockerd, Podman, BuildKit, Kata Containers, Frakti, rktlet, PouchContainer, iSulad, Singularity and balenaEngine;
 * those that run without root, and of BOSH. `*` stands for any one name.
 */
export const RUNTIME_SOCKETS: readonly string[] = [
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/docker/libcontainerd/docker-containerd.sock",
    "/run/containerd/containerd.sock",
    "/run/containerd/s",
    "/run/nri/nri.sock",
    "/run/k3s/containerd/containerd.sock",
    "/run/k0s/containerd.sock",
    "/run/host-containerd/containerd.sock",
    "/run/host-containerd/host-containerd.sock",
    "/system/run/containerd/containerd.sock",
    "/var/snap/microk8s/common/run/containerd.sock",
    "/run/crio/crio.sock",
    "/run/cri-dockerd.sock",
    "/run/dockershim.sock",
    "/run/podman/podman.sock",
    "/run/buildkit/buildkitd.sock",
    "/run/kata-containers",
    "/run/vc",
    "/run/virtcontainers",
    "/run/frakti.sock",
    "/run/rktlet.sock",
    "/run/pouchcri.sock",
    "/run/pouchd.sock",
    "/run/isulad.sock",
    "/run/singularity.sock",
    "/run/balena.sock",
    "/run/balena-engine.sock",
    "/var/vcap/sys/run/docker/docker.sock",
    "/var/vcap/sys/run/containerd/containerd.sock",
    "/run/user/*/docker.sock",
    "/run/user/*/podman/podman.sock",
    "/run/user/*/containerd/containerd.sock",
    "/run/user/*/buildkit/buildkitd.sock",
];

/** File names of these sockets, and of their named pipes on Windows. */
export const SOCKET_NAMES: readonly string[] = [
    "docker.sock",
    "docker.sock.raw",
    "docker_engine",
    "docker-containerd.sock",
    "nri.sock",
    "balena.sock",
    "balena-engine.sock",
    "containerd.sock",
    "containerd.sock.ttrpc",
    "containerd-containerd",
    "host-containerd.sock",
    "crio.sock",
    "cri-dockerd.sock",
    "cri-dockerd",
    "dockershim.sock",
    "podman.sock",
    "buildkitd.sock",
    "frakti.sock",
    "rktlet.sock",
    "pouchcri.sock",
    "pouchd.sock",
    "isulad.sock",
    "singularity.sock",
];

/** The first of these sockets that is at a path or below it; `undefined` if there is none. */
export function socketBelow(path: string, sockets: readonly string[]): string | undefined {
    const parts = partsOf(path);
    return sockets.find((socket) => {
        const wanted = partsOf(socket);
        const [shorter, longer] = parts.length < wanted.length ? [parts, wanted] : [wanted, parts];
        return shorter.every((part, index) => part === longer[index] || part === "*" || longer[index] === "*");
    });
}

/** The normalized components of a path; /var/run is a link to /run, and /proc/1/root to the root. */
function partsOf(path: string): string[] {
    const parts: string[] = [];
    for (const part of path.split("/")) {
        if (part === "..") {
            parts.pop();
        } else if (part !== "" && part !== ".") {
            parts.push(part);
        }
    }
    if (parts[0] === "proc" && parts[2] === "root") {
        return partsOf(parts.slice(3).join("/"));
    }
    return parts[0] === "var" && parts[1] === "run" ? parts.slice(1) : parts;
}
