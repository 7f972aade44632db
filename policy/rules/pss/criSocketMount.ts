import { violation } from "../../engine/finding";
import { texts } from "../../engine/options";
import { defineRule } from "../../evaluation/rule";
import { eachVolume } from "../../kubernetes/workload";

/** Who can talk to the container runtime is root on the node. */
export const criSocketMount = defineRule({
    id: "cri-socket-mount",
    title: "The socket of the container runtime is not mounted",
    description: "No volume may hold the socket of the container runtime.",
    severity: "critical",
    level: "mandatory",
    remediation: ["Remove the volume, and use the Kubernetes API instead of the runtime of the node."],
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
        sockets: texts(
            ["docker.sock", "containerd.sock", "crio.sock", "cri-dockerd.sock", "dockershim.sock"],
            "File names of sockets.",
        ),
    },
    check: (workload, { sockets }) =>
        eachVolume(workload, function* (volume) {
            const path = volume.at("hostPath", "path");
            const names = (path.string() ?? "").split("/");
            if (sockets.some((socket) => names.includes(socket))) {
                yield violation(path, "is the socket of the container runtime", "Remove the volume.");
            }
        }),
});
