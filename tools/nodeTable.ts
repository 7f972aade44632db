import { KUBERNETES } from "./releases";
import type { NodeFamily, ToolSpec } from "./spec";
import type { NodeToolName } from "./types";

/** Versions of the programs of a node. That of SPIRE is the one that the stacks run. */
const VERSIONS = {
    coredns: "1.15.0",
    kubeRouter: "2.10.0",
    spire: "1.15.3",
    controllerManager: "0.7.0",
} as const;

/** A program that is built from Go modules only, and of which another version on PATH does not serve. */
function built(spec: Pick<ToolSpec, "family" | "version" | "goPackage"> & Partial<ToolSpec>): ToolSpec {
    return { versionArgs: ["--version"], accepts: spec.version, release: () => undefined, ...spec };
}

/** A program of Kubernetes' own, of the release of the control plane. */
function kubernetes(name: "kubelet" | "kube-proxy"): ToolSpec {
    return built({ family: "kubernetes", version: KUBERNETES, goPackage: `k8s.io/kubernetes/cmd/${name}` });
}

/**
 * How SPIRE is built. SQLite is a C library; without its extensions nothing is loaded at run time, so that the program can be
 * static. The plugins for clouds and vaults, which take longer to build than all the rest, are left out of its catalogs.
 */
const SPIRE = {
    family: "spire",
    version: VERSIONS.spire,
    cgo: true,
    buildTags: ["osusergo", "netgo", "sqlite_omit_load_extension"],
    changes: {
        module: "github.com/spiffe/spire",
        drops: {
            folders: ["pkg/server/catalog", "pkg/agent/catalog"],
            lines: /\b(aws|azure|gcp|gcs|ejbca|vault|hashicorpvault)[a-z0-9]*(\.BuiltIn\(\)|")/,
        },
    },
} as const;

/** The programs of the real node of `npm run test:node`. */
export const NODE_TOOLS: Readonly<Record<NodeToolName, ToolSpec>> = {
    kubelet: kubernetes("kubelet"),
    "kube-proxy": kubernetes("kube-proxy"),
    coredns: built({
        family: "coredns",
        version: VERSIONS.coredns,
        goPackage: "x0tta6bl4.mesh/tools/coredns",
        versionArgs: ["-version"],
    }),
    "kube-router": built({
        family: "kube-router",
        version: VERSIONS.kubeRouter,
        goPackage: "github.com/cloudnativelabs/kube-router/v2/cmd/kube-router",
    }),
    "spire-server": built({ ...SPIRE, goPackage: "github.com/spiffe/spire/cmd/spire-server" }),
    "spire-agent": built({ ...SPIRE, goPackage: "github.com/spiffe/spire/cmd/spire-agent" }),
    "spire-controller-manager": built({
        family: "spire-controller-manager",
        version: VERSIONS.controllerManager,
        goPackage: "github.com/spiffe/spire-controller-manager/cmd",
        // It does not print its version.
        versionArgs: undefined,
    }),
};

/** Linker flags of the families of a node, so that each program reports its version. */
export const nodeLinkerFlags: Readonly<Record<NodeFamily, string>> = {
    coredns: "-s -w",
    "kube-router": `-s -w -X github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=v${VERSIONS.kubeRouter}`,
    // SPIRE knows its own version.
    spire: "-s -w",
    "spire-controller-manager": "-s -w",
};
