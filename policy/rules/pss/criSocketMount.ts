import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { RUNTIME_SOCKETS, socketBelow, SOCKET_NAMES } from "../../kubernetes/runtimeSockets";
import { eachVolume } from "../../kubernetes/workload";

/** Access to the container runtime socket is equivalent to root on the node. */
export const criSocketMount = defineRule({
    id: "cri-socket-mount",
    title: "The socket of the container runtime is not mounted",
    description: "No volume may mount the socket of a container runtime or a directory above it.",
    severity: "critical",
    level: "mandatory",
    remediation: [
        "Remove the volume, and use the Kubernetes API instead of the node's container runtime.",
        "If the pod needs another file of the node, mount that file or its directory.",
    ],
    url: "https://kubernetes.io/docs/concepts/storage/volumes/#hostpath",
    example: {
        bad: `
volumes: [{ name: socket, hostPath: { path: /run/containerd/containerd.sock } }]
containers:
  - name: app
    image: app:1.0.0`,
        good: `
volumes: [{ name: data, emptyDir: {} }]
containers:
  - name: app
    image: app:1.0.0`,
    },
    options: {
        sockets: texts(SOCKET_NAMES, "File names of sockets, in any directory."),
        paths: texts(RUNTIME_SOCKETS, "Full paths of sockets; directories above them are reported too."),
    },
    check: (workload, { sockets, paths }) =>
        eachVolume(workload, function* (volume) {
            const path = volume.at("hostPath", "path");
            const directory = path.string();
            if (directory === undefined) {
                return;
            }
            if (sockets.some((socket) => directory.split(/[/\\]+/).includes(socket))) {
                yield violation(path, "is the socket of a container runtime", "Remove the volume.");
                return;
            }
            const socket = socketBelow(directory, paths);
            if (socket !== undefined) {
                yield violation(
                    path,
                    `is a directory of the node that may contain ${socket}, the socket of a container runtime`,
                    "Mount only the directory that the pod needs, or remove the volume.",
                );
            }
        }),
});
