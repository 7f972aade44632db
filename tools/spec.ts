/** Families of the real node alone: nothing but `npm run test:node` builds them. */
export type NodeFamily =
    | "coredns"
    | "kube-router"
    | "spire"
    | "spire-controller-manager"
    | "kube-state-metrics"
    | "node-exporter"
    | "prometheus-operator";

/** Families of the tools for images. */
export type ImageFamily = "crane" | "grype" | "cosign";

/** Tools that come from one Go module and are built together; also the name of the folder under `go/`. */
export type Family =
    | "pulumi"
    | "etcd"
    | "kubernetes"
    | "helm"
    | "prometheus"
    | "alertmanager"
    | "actionlint"
    | "istio"
    | "argo-rollouts"
    | ImageFamily
    | NodeFamily;

/** A file of an official release. */
export interface Release {
    /** Address of the binary or of a .tar.gz that holds it. */
    readonly url: string;
    /** Address of its SHA-256: the hash alone, or lines `hash  file`. Left out where the project publishes none. */
    readonly sha256Url?: string;
    /** Path inside a .tar.gz of what is needed, the binary or a folder of executables; left out for a bare binary. */
    readonly member?: string;
}

/** What is changed in the module of a tool before it is built, in a copy. */
export interface ModuleChange {
    /** The module. */
    readonly module: string;
    /** Files that it lacks, and their content. */
    readonly adds?: Readonly<Record<string, string>>;
    /** Lines that are left out of the Go files in some of its folders. */
    readonly drops?: { readonly folders: readonly string[]; readonly lines: RegExp };
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
    /** Whether it needs a C library: it is built with a C compiler then, and linked statically. Default: no. */
    readonly cgo?: boolean;
    /** What its module lacks for a build, or has that takes longer to build than all the rest. Default: nothing. */
    readonly changes?: ModuleChange;
    /** Arguments that make it print its version and exit; `undefined` where it prints none: then it is never taken from PATH. */
    readonly versionArgs: readonly string[] | undefined;
    /** Versions that are accepted on PATH, as a range of node-semver. */
    readonly accepts: string;
    /** Executables of the release that must lie beside it; a build from Go modules lacks them. */
    readonly companions?: readonly string[];
    /** The release file; `undefined` where there is none for the platform. */
    readonly release: (platform: Platform) => Release | undefined;
}
