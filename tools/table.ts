import type { ToolName } from "./types";
import type { VersionRange } from "./versions";

/** Tools that come from one Go module and are built together; also the name of the folder under `go/`. */
export type Family = "pulumi" | "etcd" | "kwok" | "kubernetes" | "helm" | "prometheus" | "alertmanager" | "actionlint";

/** A file of an official release. */
export interface Release {
    /** Address of the binary or of a .tar.gz that holds it. */
    readonly url: string;
    /** Address of its SHA-256: the hash alone, or lines `hash  file`. Left out where the project publishes none. */
    readonly sha256Url?: string;
    /** Path of the binary inside a .tar.gz; left out for a bare binary. */
    readonly member?: string;
}

/** A machine that releases are made for, in Go's words. */
export interface Platform {
    /** Operating system, e.g. `linux` or `darwin`. */
    readonly os: string;
    /** Processor, e.g. `amd64` or `arm64`. */
    readonly arch: string;
}

/** How one tool is recognised and got. */
export interface ToolSpec {
    /** Family it is built with. */
    readonly family: Family;
    /** Version that is built from Go modules, and downloaded unless `downloadVersion` says otherwise. */
    readonly version: string;
    /** Version of the official download where it differs. */
    readonly downloadVersion?: string;
    /** Go package of its `main`. */
    readonly goPackage: string;
    /** Go build tags. */
    readonly buildTags?: readonly string[];
    /** Arguments that make it print its version and exit. */
    readonly versionArgs: readonly string[];
    /** Versions that are accepted on PATH. */
    readonly accepts: VersionRange;
    /** Executables that must lie beside it when it is taken from PATH. */
    readonly companions?: readonly string[];
    /** The release file; `undefined` where there is none for the platform. `"automation"`: the Pulumi SDK installs it. */
    readonly release: "automation" | ((platform: Platform) => Release | undefined);
}

/** Kubernetes release that the embedded control plane runs. */
const KUBERNETES = "1.36.3";

/** Release of etcd, the one that Kubernetes 1.36 is tested with or a later patch. */
const ETCD = "3.6.16";

/** Release of kwok and kwokctl. */
const KWOK = "0.8.0";

/** Release of Helm. */
const HELM = "3.22.0";

/** Release of Prometheus, the one that the monitoring chart runs; the Go module counts 3.14.0 as 0.314.0. */
const prometheus = { release: "3.14.0", module: "0.314.0" } as const;

/** Release of Alertmanager, the one that the monitoring chart runs. */
const ALERTMANAGER = "0.34.0";

/** Release of actionlint, which checks the workflows in `.github/workflows`. */
const ACTIONLINT = "1.7.12";

/** A Kubernetes binary. The project publishes server binaries for Linux only. */
function kubernetesTool(
    name: string,
    accepts: VersionRange,
    versionArgs: readonly string[],
    everywhere: boolean,
): ToolSpec {
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
    return kubernetesTool(name, { minimum: [1, 36, 0], below: [1, 37, 0] }, ["--version"], false);
}

/** kwok or kwokctl, which publishes no checksums. */
function kwokTool(name: "kwok" | "kwokctl"): ToolSpec {
    return {
        family: "kwok",
        version: KWOK,
        goPackage: `sigs.k8s.io/kwok/cmd/${name}`,
        versionArgs: ["--version"],
        // The first release with the volume stages that the embedded cluster uses.
        accepts: { minimum: [0, 8, 0], below: [1, 0, 0] },
        release: ({ os, arch }) => ({
            url: `https://github.com/kubernetes-sigs/kwok/releases/download/v${KWOK}/${name}-${os}-${arch}`,
        }),
    };
}

/** Every tool, with its pinned version. */
export const tools: Readonly<Record<ToolName, ToolSpec>> = {
    pulumi: {
        family: "pulumi",
        // The newest version that the Go module builds at; works with the SDK below.
        version: "3.259.0",
        // The release of the SDK in package.json; it comes with the Node language host, which the module lacks.
        downloadVersion: "3.270.0",
        goPackage: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
        versionArgs: ["version"],
        accepts: { minimum: [3, 200, 0], below: [4, 0, 0] },
        companions: ["pulumi-language-nodejs"],
        release: "automation",
    },
    etcd: {
        family: "etcd",
        version: ETCD,
        goPackage: "go.etcd.io/etcd/server/v3",
        versionArgs: ["--version"],
        accepts: { minimum: [3, 5, 24], below: [3, 7, 0] },
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
    kubectl: kubernetesTool("kubectl", { minimum: [1, 27, 0], below: [2, 0, 0] }, ["version", "--client"], true),
    helm: {
        family: "helm",
        version: HELM,
        goPackage: "helm.sh/helm/v3/cmd/helm",
        versionArgs: ["version", "--short"],
        accepts: { minimum: [3, 14, 0], below: [4, 0, 0] },
        release: ({ os, arch }) => {
            const url = `https://get.helm.sh/helm-v${HELM}-${os}-${arch}.tar.gz`;
            return { url, sha256Url: `${url}.sha256sum`, member: `${os}-${arch}/helm` };
        },
    },
    promtool: {
        family: "prometheus",
        version: prometheus.module,
        downloadVersion: prometheus.release,
        goPackage: "github.com/prometheus/prometheus/cmd/promtool",
        // Without service discovery: its cloud clients are most of the modules, and judging rules needs none.
        buildTags: ["remove_all_sd"],
        versionArgs: ["--version"],
        // Ranges leave out their start since 3.0, which moves the boundaries that the tests check.
        accepts: { minimum: [3, 0, 0], below: [4, 0, 0] },
        release: ({ os, arch }) => {
            const base = `https://github.com/prometheus/prometheus/releases/download/v${prometheus.release}`;
            const folder = `prometheus-${prometheus.release}.${os}-${arch}`;
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
        accepts: { minimum: [0, 28, 0], below: [1, 0, 0] },
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
        accepts: { minimum: [1, 7, 12], below: [2, 0, 0] },
        release: ({ os, arch }) => {
            const base = `https://github.com/rhysd/actionlint/releases/download/v${ACTIONLINT}/actionlint_${ACTIONLINT}`;
            return os === "linux" || os === "darwin"
                ? { url: `${base}_${os}_${arch}.tar.gz`, sha256Url: `${base}_checksums.txt`, member: "actionlint" }
                : undefined;
        },
    },
};

/**
 * What the linker writes into the binaries of a family, so that they report the release they are built from.
 * `-s -w` leaves out symbol tables and debug data: a third of the size.
 */
export const linkerFlags: Readonly<Record<Family, string>> = {
    pulumi: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${tools.pulumi.version}`,
    etcd: "-s -w",
    kwok: "-s -w",
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
    prometheus: `-s -w -X github.com/prometheus/common/version.Version=${prometheus.release}`,
    alertmanager: `-s -w -X github.com/prometheus/common/version.Version=${ALERTMANAGER}`,
};

/** This machine in Go's words. */
export function thisPlatform(): Platform {
    return {
        os: process.platform === "win32" ? "windows" : process.platform,
        arch: process.arch === "x64" ? "amd64" : process.arch,
    };
}
