/**
 * Documented paths of the sockets of container runtimes and image builders: Docker, containerd (also of k3s, RKE2, k0s,
 * MicroK8s, Talos and Bottlerocket), CRI-O, cri-dockerd, Podman, BuildKit, Kata Containers, Frakti, rktlet,
 * PouchContainer, iSulad and Singularity.
 */
export const RUNTIME_SOCKETS: readonly string[] = [
    "/run/docker.sock",
    "/run/docker/containerd/containerd.sock",
    "/run/containerd/containerd.sock",
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
];

/** File names of these sockets, and of their named pipes on Windows. */
export const SOCKET_NAMES: readonly string[] = [
    "docker.sock",
    "docker_engine",
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
        return shorter.every((part, index) => part === longer[index]);
    });
}

/** The normalized components of a path; /var/run is a link to /run. */
function partsOf(path: string): string[] {
    const parts: string[] = [];
    for (const part of path.split("/")) {
        if (part === "..") {
            parts.pop();
        } else if (part !== "" && part !== ".") {
            parts.push(part);
        }
    }
    return parts[0] === "var" && parts[1] === "run" ? parts.slice(1) : parts;
}
