import { PROMETHEUS } from "../../../tools/releases";
import { TOOLS } from "../../../tools/table";
import type { NodeToolName } from "../../../tools/types";
import type { ImageConfig } from "./image";

/** The project's own programs, in test/node/programs. */
export const PROGRAMS = ["pause", "csi", "certgen"] as const;

/** Where a program of an image comes from: a tool, or one of the project's own. */
type Source = { readonly tool: NodeToolName } | { readonly program: (typeof PROGRAMS)[number] };

/** An image of a single static program. */
export interface ProgramImage {
    /** Full reference. */
    readonly name: string;
    /** The program. */
    readonly source: Source;
    /** Its path in the image, as in the original. */
    readonly path: string;
    /** How it starts; default: the program itself. */
    readonly config?: ImageConfig;
}

/** An image with Python and one script. */
export interface PythonImage {
    /** Full reference. */
    readonly name: string;
    /** The script, relative to test/. */
    readonly script: string;
    /** Its path in the image, as in the original. */
    readonly path: string;
    /** `uid` or `uid:gid`. */
    readonly user: string;
}

/** Image with Python and nothing else. */
export const HELPER_IMAGE = "x0tta6bl4.mesh/python:3";

/** Image of the DNS server. */
export const DNS_IMAGE = `registry.k8s.io/coredns/coredns:v${TOOLS.coredns.version}`;

/** Image that holds a pod's namespaces. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10";

function tool(repository: string, name: NodeToolName, path: string, tag: string, config?: ImageConfig): ProgramImage {
    return { name: `${repository}:${tag}`, source: { tool: name }, path, config };
}

const spire = (name: "spire-server" | "spire-agent", user: string): ProgramImage => {
    const path = `/opt/spire/bin/${name}`;
    return tool(`ghcr.io/spiffe/${name}`, name, path, TOOLS[name].version, { entrypoint: [path, "run"], user });
};

/** A set of images. */
export interface Images {
    /** Images of one program each. */
    readonly programs: readonly ProgramImage[];
    /** Images with Python: stand-ins, and Python alone. */
    readonly python: readonly PythonImage[];
}

/** The images that a node and a stack without monitoring need, by the names and paths of the originals. */
export const NODE_IMAGES: Images = {
    programs: [
        spire("spire-server", "1000:1000"),
        spire("spire-agent", "0:0"),
        tool(
            "ghcr.io/spiffe/spire-controller-manager",
            "spire-controller-manager",
            "/spire-controller-manager",
            TOOLS["spire-controller-manager"].version,
        ),
        tool("registry.k8s.io/coredns/coredns", "coredns", "/coredns", `v${TOOLS.coredns.version}`),
        { name: PAUSE_IMAGE, source: { program: "pause" }, path: "/pause", config: { user: "65535:65535" } },
        { name: "ghcr.io/spiffe/spiffe-csi-driver:0.2.12", source: { program: "csi" }, path: "/spiffe-csi-driver" },
        {
            name: "registry.k8s.io/sig-storage/csi-node-driver-registrar:v2.16.0",
            source: { program: "csi" },
            path: "/csi-node-driver-registrar",
        },
    ],
    python: [
        { name: "docker.io/library/x0tta6bl4:3.4.0", script: "cluster/app/app.py", path: "/app/app.py", user: "1000" },
        { name: HELPER_IMAGE, script: "node/standins/idle.py", path: "/idle.py", user: "0" },
    ],
};

/** The images of the monitoring chart, of the releases that it names; Grafana and what collects for it are stand-ins. */
export const MONITORING_IMAGES: Images = {
    programs: [
        tool("quay.io/prometheus/prometheus", "prometheus", "/bin/prometheus", `v${PROMETHEUS.release}-distroless`, {
            user: "65532",
            workingDirectory: "/prometheus",
        }),
        tool("quay.io/prometheus/alertmanager", "alertmanager", "/bin/alertmanager", `v${TOOLS.alertmanager.version}`, {
            user: "65534",
            workingDirectory: "/alertmanager",
        }),
        tool(
            "quay.io/prometheus/node-exporter",
            "node-exporter",
            "/bin/node_exporter",
            `v${TOOLS["node-exporter"].version}-distroless`,
            { user: "65532" },
        ),
        tool(
            "registry.k8s.io/kube-state-metrics/kube-state-metrics",
            "kube-state-metrics",
            "/kube-state-metrics",
            `v${TOOLS["kube-state-metrics"].version}`,
            { user: "65534" },
        ),
        tool(
            "quay.io/prometheus-operator/prometheus-operator",
            "prometheus-operator",
            "/bin/operator",
            `v${TOOLS["prometheus-operator"].version}`,
            { user: "65534" },
        ),
        tool(
            "quay.io/prometheus-operator/prometheus-config-reloader",
            "prometheus-config-reloader",
            "/bin/prometheus-config-reloader",
            `v${TOOLS["prometheus-config-reloader"].version}`,
            { user: "65534" },
        ),
        {
            name: "ghcr.io/jkroepke/kube-webhook-certgen:1.8.7",
            source: { program: "certgen" },
            path: "/kube-webhook-certgen",
            config: { user: "65532" },
        },
    ],
    python: [
        {
            name: "docker.io/grafana/grafana:13.2.0",
            script: "node/standins/grafana.py",
            path: "/grafana.py",
            user: "472",
        },
        {
            name: "quay.io/kiwigrid/k8s-sidecar:2.10.1",
            script: "node/standins/sidecar.py",
            path: "/app/sidecar.py",
            user: "65534:65534",
        },
    ],
};
