import { IMAGE_TOOLS, imageLinkerFlags } from "./imageTable";
import { NODE_TOOLS, nodeLinkerFlags } from "./nodeTable";
import { ALERTMANAGER, KUBERNETES, PROMETHEUS } from "./releases";
import type { Family, Platform, ToolSpec } from "./spec";
import type { ToolName } from "./types";

export type { Family, Platform, Release, ToolSpec } from "./spec";

/**
 * Release of the Pulumi CLI: that of the SDK in package.json. It has the Node language host, which the Go module lacks.
 */
const PULUMI = "3.270.0";

/** Release of etcd, the one that Kubernetes 1.36 is tested with or a later patch. */
const ETCD = "3.6.16";

/** Release of kwok and kwokctl. */
const KWOK = "0.8.0";

/** Release of Helm. */
const HELM = "3.22.0";

/** Release of actionlint, which checks the workflows in `.github/workflows`. */
const ACTIONLINT = "1.7.12";

/** Release of Istio whose injector the tests use; the Go module, which counts by commits, is a state on the way to it. */
const ISTIO = "1.31.0";

/** Release of Argo Rollouts' controller, of which there is no download: the newest that the pinned Go compiles. */
const ARGO_ROLLOUTS = "1.10.1";

/** A Kubernetes binary. The project publishes server binaries for Linux only. */
function kubernetesTool(name: string, accepts: string, versionArgs: readonly string[], everywhere: boolean): ToolSpec {
    return {
        family: "kubernetes",
        version: KUBERNETES,
        goPackage: `k8s.io/kubernetes/cmd/${name}`,
        versionArgs,
        accepts,
        release: ({ os, arch }) => {
            const url = `https://dl.k8s.io/release/v${KUBERNETES}/bin/${os}/${arch}/${name}`;
            return everywhere || os === "linux" ? { url, sha256Url: `${url}.sha256` } : undefined;
        },
    };
}

/** A control plane binary; all of them have to be of one minor release. */
function controlPlane(name: string): ToolSpec {
    return kubernetesTool(name, ">=1.36.0 <1.37.0", ["--version"], false);
}

/**
 * kwok or kwokctl. The project publishes no checksums. They are built with the libraries of Kubernetes, which are most of
 * them: a patch apart from their own, and compiled once for all.
 */
function kwokTool(name: "kwok" | "kwokctl"): ToolSpec {
    return {
        family: "kubernetes",
        version: KWOK,
        goPackage: `sigs.k8s.io/kwok/cmd/${name}`,
        versionArgs: ["--version"],
        // The first release with the volume stages that the embedded cluster uses.
        accepts: ">=0.8.0 <1.0.0",
        release: ({ os, arch }) => ({
            url: `https://github.com/kubernetes-sigs/kwok/releases/download/v${KWOK}/${name}-${os}-${arch}`,
        }),
    };
}

/** Every tool, with its pinned version. */
export const TOOLS: Readonly<Record<ToolName, ToolSpec>> = {
    ...NODE_TOOLS,
    ...IMAGE_TOOLS,
    pulumi: {
        family: "pulumi",
        // The newest version that the Go module builds at; works with the SDK below.
        version: "3.259.0",
        downloadVersion: PULUMI,
        goPackage: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        versionArgs: ["version"],
        accepts: ">=3.200.0 <4.0.0",
        companions: ["pulumi-language-nodejs"],
        release: ({ os, arch }) => {
            const base = `https://github.com/pulumi/pulumi/releases/download/v${PULUMI}`;
            return {
                url: `${base}/pulumi-v${PULUMI}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`,
                sha256Url: `${base}/pulumi-${PULUMI}-checksums.txt`,
                member: "pulumi",
            };
        },
    },
    etcd: {
        family: "etcd",
        version: ETCD,
        goPackage: "go.etcd.io/etcd/server/v3",
        versionArgs: ["--version"],
        accepts: ">=3.5.24 <3.7.0",
        release: ({ os, arch }) => {
            const base = `https://github.com/etcd-io/etcd/releases/download/v${ETCD}`;
            const folder = `etcd-v${ETCD}-${os}-${arch}`;
            return os === "linux"
                ? { url: `${base}/${folder}.tar.gz`, sha256Url: `${base}/SHA256SUMS`, member: `${folder}/etcd` }
                : undefined;
        },
    },
    kwok: kwokTool("kwok"),
    kwokctl: kwokTool("kwokctl"),
    "kube-apiserver": controlPlane("kube-apiserver"),
    "kube-controller-manager": controlPlane("kube-controller-manager"),
    "kube-scheduler": controlPlane("kube-scheduler"),
    // Any kubectl with server-side apply as it is today serves; a newer pinned one is fetched only where there is none.
    kubectl: kubernetesTool("kubectl", ">=1.27.0 <2.0.0", ["version", "--client"], true),
    helm: {
        family: "helm",
        version: HELM,
        goPackage: "helm.sh/helm/v3/cmd/helm",
        versionArgs: ["version", "--short"],
        accepts: ">=3.14.0 <4.0.0",
        release: ({ os, arch }) => {
            const url = `https://get.helm.sh/helm-v${HELM}-${os}-${arch}.tar.gz`;
            return { url, sha256Url: `${url}.sha256sum`, member: `${os}-${arch}/helm` };
        },
    },
    promtool: {
        family: "prometheus",
        version: PROMETHEUS.module,
        downloadVersion: PROMETHEUS.release,
        goPackage: "github.com/prometheus/prometheus/cmd/promtool",
        // Without service discovery: its cloud clients are most of the modules, and judging rules needs none.
        buildTags: ["remove_all_sd"],
        versionArgs: ["--version"],
        // Ranges leave out their start since 3.0, which moves the boundaries that the tests check.
        accepts: ">=3.0.0 <4.0.0",
        release: ({ os, arch }) => {
            const base = `https://github.com/prometheus/prometheus/releases/download/v${PROMETHEUS.release}`;
            const folder = `prometheus-${PROMETHEUS.release}.${os}-${arch}`;
            return {
                url: `${base}/${folder}.tar.gz`,
                sha256Url: `${base}/sha256sums.txt`,
                member: `${folder}/promtool`,
            };
        },
    },
    amtool: {
        family: "alertmanager",
        version: ALERTMANAGER,
        goPackage: "github.com/prometheus/alertmanager/cmd/amtool",
        versionArgs: ["--version"],
        // The first release that reads every kind of credential that is used from a file.
        accepts: ">=0.28.0 <1.0.0",
        release: ({ os, arch }) => {
            const base = `https://github.com/prometheus/alertmanager/releases/download/v${ALERTMANAGER}`;
            const folder = `alertmanager-${ALERTMANAGER}.${os}-${arch}`;
            return {
                url: `${base}/${folder}.tar.gz`,
                sha256Url: `${base}/sha256sums.txt`,
                member: `${folder}/amtool`,
            };
        },
    },
    actionlint: {
        family: "actionlint",
        version: ACTIONLINT,
        goPackage: "github.com/rhysd/actionlint/cmd/actionlint",
        versionArgs: ["-version"],
        accepts: ">=1.7.12 <2.0.0",
        release: ({ os, arch }) => {
            const base = `https://github.com/rhysd/actionlint/releases/download/v${ACTIONLINT}/actionlint_${ACTIONLINT}`;
            return os === "linux" || os === "darwin"
                ? { url: `${base}_${os}_${arch}.tar.gz`, sha256Url: `${base}_checksums.txt`, member: "actionlint" }
                : undefined;
        },
    },
    istioctl: {
        family: "istio",
        version: ISTIO,
        goPackage: "istio.io/istio/istioctl/cmd/istioctl",
        versionArgs: ["version", "--remote=false"],
        // Native sidecars by default, and the charts inside: `istioctl manifest generate` needs no network.
        accepts: ">=1.27.0 <2.0.0",
        // No hash of a release is recorded, so none is downloaded: it is built, or taken from PATH.
        release: () => undefined,
    },
    "rollouts-controller": {
        family: "argo-rollouts",
        version: ARGO_ROLLOUTS,
        goPackage: "github.com/argoproj/argo-rollouts/cmd/rollouts-controller",
        versionArgs: ["--version"],
        accepts: ">=1.10.0 <2.0.0",
        // The project publishes the controller as an image only.
        release: () => undefined,
    },
};

/**
 * What the linker writes into the binaries of a family, so that they report the release they are built from.
 * `-s -w` leaves out symbol tables and debug data: a third of the size.
 */
export const LINKER_FLAGS: Readonly<Record<Family, string>> = {
    pulumi: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${TOOLS.pulumi.version}`,
    etcd: "-s -w",
    kubernetes: [
        "-s -w",
        `-X k8s.io/component-base/version.gitVersion=v${KUBERNETES}`,
        `-X k8s.io/component-base/version.gitMajor=${KUBERNETES.split(".")[0] ?? ""}`,
        `-X k8s.io/component-base/version.gitMinor=${KUBERNETES.split(".")[1] ?? ""}`,
        "-X k8s.io/component-base/version.gitTreeState=clean",
    ].join(" "),
    actionlint: `-s -w -X github.com/rhysd/actionlint.version=${ACTIONLINT}`,
    // Without them helm takes every cluster that it does not ask for Kubernetes 1.20, which newer charts refuse.
    helm: [
        `-s -w -X helm.sh/helm/v3/internal/version.version=v${HELM}`,
        ...["k8sVersionMajor", "k8sVersionMinor"].map(
            (name, part) => `-X helm.sh/helm/v3/pkg/chartutil.${name}=${KUBERNETES.split(".")[part] ?? ""}`,
        ),
    ].join(" "),
    prometheus: `-s -w -X github.com/prometheus/common/version.Version=${PROMETHEUS.release}`,
    istio: `-s -w -X istio.io/istio/pkg/version.buildVersion=${ISTIO}`,
    alertmanager: `-s -w -X github.com/prometheus/common/version.Version=${ALERTMANAGER}`,
    "argo-rollouts": `-s -w -X github.com/argoproj/argo-rollouts/utils/version.version=${ARGO_ROLLOUTS}`,
    ...nodeLinkerFlags,
    ...imageLinkerFlags,
};

/** This machine in Go's words. */
export function thisPlatform(): Platform {
    return {
        os: process.platform === "win32" ? "windows" : process.platform,
        arch: process.arch === "x64" ? "amd64" : process.arch,
    };
}
