import { TOOLS } from "../../../tools/table";
import type { NodeToolName } from "../../../tools/types";
import type { ImageConfig } from "./image";

/** The project's own programs, in test/node/programs. */
export const PROGRAMS = ["pause", "csi"] as const;

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

/** The images that hold the real programs, by the names and paths of the originals, and stand-ins. */
export const PROGRAM_IMAGES: readonly ProgramImage[] = [
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
];

/** The images with Python: stand-ins, and Python alone. */
export const PYTHON_IMAGES: readonly PythonImage[] = [
    { name: "docker.io/library/x0tta6bl4:3.4.0", script: "cluster/app/app.py", path: "/app/app.py", user: "1000" },
    { name: HELPER_IMAGE, script: "node/standins/idle.py", path: "/idle.py", user: "0" },
];
