import { ALERTMANAGER, KUBERNETES, PROMETHEUS } from "./releases";
import type { NodeFamily, ToolSpec } from "./spec";
import type { NodeToolName } from "./types";

/** Versions of the programs of a node. Those of SPIRE and of the chart are the ones that the stacks run. */
const VERSIONS = {
    coredns: "1.15.0",
    kubeRouter: "2.10.0",
    spire: "1.15.3",
    controllerManager: "0.7.0",
    kubeStateMetrics: "2.20.0",
    nodeExporter: "1.12.1",
    operator: "0.93.1",
} as const;

/** A program that is built from Go modules only, and of which another version on PATH does not serve. */
function built(spec: Pick<ToolSpec, "family" | "version" | "goPackage"> & Partial<ToolSpec>): ToolSpec {
    return { versionArgs: ["--version"], accepts: spec.version, release: () => undefined, ...spec };
}

/** A program of Kubernetes' own, of the release of the control plane. */
function kubernetes(name: "kubelet" | "kube-proxy"): ToolSpec {
    return built({ family: "kubernetes", version: KUBERNETES, goPackage: `k8s.io/kubernetes/cmd/${name}` });
}

/** A program of the Prometheus operator. */
function operator(name: string): ToolSpec {
    const goPackage = `github.com/prometheus-operator/prometheus-operator/cmd/${name}`;
    return built({ family: "prometheus-operator", version: VERSIONS.operator, goPackage });
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
    prometheus: built({
        family: "prometheus",
        version: PROMETHEUS.module,
        accepts: `${PROMETHEUS.release} || ${PROMETHEUS.module}`,
        goPackage: "github.com/prometheus/prometheus/cmd/prometheus",
        // The operator's configuration finds targets through Kubernetes alone.
        buildTags: ["remove_all_sd", "enable_kubernetes_sd"],
    }),
    alertmanager: built({
        family: "alertmanager",
        version: ALERTMANAGER,
        goPackage: "github.com/prometheus/alertmanager/cmd/alertmanager",
        // The module lacks its web pages, which its release builds with npm.
        changes: {
            module: "github.com/prometheus/alertmanager",
            adds: { "ui/app/dist/index.html": "This build of Alertmanager has no web pages.\n" },
        },
    }),
    "kube-state-metrics": built({
        family: "kube-state-metrics",
        version: VERSIONS.kubeStateMetrics,
        goPackage: "k8s.io/kube-state-metrics/v2",
        versionArgs: ["version"],
    }),
    "node-exporter": built({
        family: "node-exporter",
        version: VERSIONS.nodeExporter,
        goPackage: "github.com/prometheus/node_exporter",
    }),
    "prometheus-operator": operator("operator"),
    "prometheus-config-reloader": operator("prometheus-config-reloader"),
};

const COMMON_VERSION = "github.com/prometheus/common/version.Version";

/** Linker flags of the families of a node, so that each program reports its version. */
export const nodeLinkerFlags: Readonly<Record<NodeFamily, string>> = {
    coredns: "-s -w",
    "kube-router": `-s -w -X github.com/cloudnativelabs/kube-router/v2/pkg/version.Version=v${VERSIONS.kubeRouter}`,
    // SPIRE knows its own version.
    spire: "-s -w",
    "spire-controller-manager": "-s -w",
    "kube-state-metrics": `-s -w -X ${COMMON_VERSION}=v${VERSIONS.kubeStateMetrics}`,
    "node-exporter": `-s -w -X ${COMMON_VERSION}=${VERSIONS.nodeExporter}`,
    "prometheus-operator": `-s -w -X ${COMMON_VERSION}=${VERSIONS.operator}`,
};
