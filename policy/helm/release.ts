import { Field, FieldError, isObject } from "../engine/field";
import { isUnknown } from "../engine/unknown";

/** A file of values: a path or address, or the text itself. */
export type ValueFile = { readonly location: string } | { readonly text: string };

/** Where the chart of a release is, as the Kubernetes provider resolves it. */
export interface ReleaseChart {
    /** Path, address, `repository/name` of a repository that helm knows, or name in {@link repository}. */
    readonly chart: string;
    /** Address of the repository. Default: none is needed. */
    readonly repository?: string;
    /** Name of the user at the repository or registry. */
    readonly username?: string;
    /** Password of the user. */
    readonly password?: string;
    /** File with the certificates of the authorities that the server's certificate is verified by. */
    readonly caFile?: string;
    /** File with the client's certificate. */
    readonly certFile?: string;
    /** File with the key of the client's certificate. */
    readonly keyFile?: string;
}

/** What helm needs to know to render the chart of a release. */
export interface ReleaseInputs extends ReleaseChart {
    /** Name of the release. */
    readonly name: string;
    /** Namespace of the release. */
    readonly namespace: string;
    /** Version of the chart. Default: the newest. */
    readonly version?: string;
    /** Values, which take precedence over the files. */
    readonly values: unknown;
    /** Files of values, the last takes precedence. */
    readonly valueFiles: readonly ValueFile[];
    /** Program that changes what was rendered. */
    readonly postRenderer?: string;
    /** Whether development versions count as newest. */
    readonly devel: boolean;
    /** Whether missing dependencies are fetched. */
    readonly dependencyUpdate: boolean;
    /** Whether the signature of the chart is verified. */
    readonly verify: boolean;
    /** Keys to verify it by. Default: helm's. */
    readonly keyring?: string;
    /** Whether the custom resource definitions in the chart are left out. */
    readonly skipCrds: boolean;
    /** Whether the hooks of the chart are left out. */
    readonly skipHooks: boolean;
}

/** Properties of a release that change what its chart creates. */
const RELEVANT = [
    "name",
    "namespace",
    "chart",
    "version",
    "repositoryOpts",
    "values",
    "valueYamlFiles",
    "postrender",
    "devel",
    "dependencyUpdate",
    "verify",
    "keyring",
    "skipCrds",
    "disableWebhooks",
];

/** Path of the first thing that is not known yet among what a chart depends on. */
export function unknownInput(body: unknown): string | undefined {
    const properties = isObject(body) ? body : {};
    for (const key of RELEVANT) {
        const found = findUnknown(properties[key], key);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

function findUnknown(value: unknown, path: string): string | undefined {
    if (isUnknown(value)) {
        return path;
    }
    if (typeof value !== "object" || value === null) {
        return undefined;
    }
    for (const [key, item] of Object.entries(value)) {
        const found = findUnknown(item, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`);
        if (found !== undefined) {
            return found;
        }
    }
    return undefined;
}

/**
 * Reads the inputs of a release as `helmCreate` in provider/pkg/provider/helm_release.go of pulumi-kubernetes does. Null
 * values are kept: they remove defaults of the chart.
 * @returns What is wrong with the inputs, as a sentence, where they cannot be used.
 */
export function readRelease(body: unknown, fallbackName: string): ReleaseInputs | string {
    const root = new Field(body);
    const isTrue = (key: string) => root.at(key).boolean() === true;
    try {
        const chart = (root.at("chart").string() ?? "").trim();
        if (chart === "") {
            return "chart is unset.";
        }
        return {
            name: root.at("name").string() ?? fallbackName,
            namespace: root.at("namespace").string() ?? "default",
            ...readSource(chart, root.at("repositoryOpts")),
            version: textAt(root, "version"),
            values: root.at("values").value() ?? {},
            valueFiles: root.at("valueYamlFiles").items().map(readValueFile),
            postRenderer: textAt(root, "postrender"),
            devel: isTrue("devel"),
            dependencyUpdate: isTrue("dependencyUpdate"),
            verify: isTrue("verify"),
            keyring: textAt(root, "keyring"),
            skipCrds: isTrue("skipCrds"),
            skipHooks: isTrue("disableWebhooks"),
        };
    } catch (error) {
        // Its message holds the path and the type, never the value.
        if (error instanceof FieldError) {
            return `${error.message}.`;
        }
        throw error;
    }
}

/** A text that is set and not empty. */
function textAt(field: Field, key: string): string | undefined {
    const text = field.at(key).string();
    return text === "" ? undefined : text;
}

/** Where a chart is; see `resolveChartName` in helm_release.go of pulumi-kubernetes. */
function readSource(chart: string, options: Field): ReleaseChart {
    const access = {
        username: textAt(options, "username"),
        password: textAt(options, "password"),
        caFile: textAt(options, "caFile"),
        certFile: textAt(options, "certFile"),
        keyFile: textAt(options, "keyFile"),
    };
    const repository = textAt(options, "repo");
    if (repository === undefined || chart.startsWith("oci://")) {
        return { chart, ...access };
    }
    if (URL.canParse(repository)) {
        return { chart, repository, ...access };
    }
    return { chart: chart.includes("/") ? chart : `${repository}/${chart}`, ...access };
}

/** An asset as the Pulumi SDK holds it: of a file, of an address, or of a text. */
function readValueFile(asset: Field): ValueFile {
    const text = asset.peek("text");
    if (typeof text === "string") {
        return { text };
    }
    return { location: asset.at("path").string() ?? asset.at("uri").string() ?? "" };
}
