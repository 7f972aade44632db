import { Field, FieldError, isObject } from "../engine/field";
import { isUnknown } from "../engine/unknown";

/** A values file: a path, a URL, or the text itself. */
export type ValueFile = { readonly location: string } | { readonly text: string };

/** Location of the chart of a release, as the Kubernetes provider resolves it. */
export interface ReleaseChart {
    /** Path, URL, `repository/name` of a repository known to helm, or name in {@link repository}. */
    readonly chart: string;
    /** URL of the repository. Default: none. */
    readonly repository?: string;
    /** User name for the repository or registry. */
    readonly username?: string;
    /** Password for the repository or registry. */
    readonly password?: string;
    /** File with the CA certificates that verify the server. */
    readonly caFile?: string;
    /** File with the client certificate. */
    readonly certFile?: string;
    /** File with the client's private key. */
    readonly keyFile?: string;
}

/** Inputs for rendering the chart of a release. */
export interface ReleaseInputs extends ReleaseChart {
    /** Name of the release. */
    readonly name: string;
    /** Namespace of the release. */
    readonly namespace: string;
    /** Version of the chart. Default: the newest. */
    readonly version?: string;
    /** Values; they take precedence over the files. */
    readonly values: unknown;
    /** Values files; the last takes precedence. */
    readonly valueFiles: readonly ValueFile[];
    /** Post-renderer. */
    readonly postRenderer?: string;
    /** Whether prereleases count as versions. */
    readonly devel: boolean;
    /** Whether missing dependencies are downloaded. */
    readonly dependencyUpdate: boolean;
    /** Whether the chart's signature is verified. */
    readonly verify: boolean;
    /** Keyring to verify it with. Default: helm's. */
    readonly keyring?: string;
    /** Whether the CRDs of the chart are left out. */
    readonly skipCrds: boolean;
    /** Whether the hooks of the chart are left out. */
    readonly skipHooks: boolean;
}

/** Properties of a release that affect the objects of its chart. */
const RELEVANT = [
    "name",
    "namespace",
    "chart",
    "version",
    "repositoryOpts",
    "values",
    "allowNullValues",
    "valueYamlFiles",
    "postrender",
    "devel",
    "dependencyUpdate",
    "verify",
    "keyring",
    "skipCrds",
    "disableWebhooks",
];

/** Path of the first input of a chart that is not known yet. */
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
 * Reads the inputs of a release like `helmCreate` in provider/pkg/provider/helm_release.go of pulumi-kubernetes. Null
 * values, which remove defaults of the chart, are kept only with `allowNullValues`: see `mergeMaps` there.
 * @param fallbackNamespace Namespace of the provider. Default: `default`.
 * @returns A sentence with the fault, where the inputs are invalid.
 */
export function readRelease(
    body: unknown,
    fallbackName: string,
    fallbackNamespace = "default",
): ReleaseInputs | string {
    const root = new Field(body);
    const isTrue = (key: string) => root.at(key).boolean() === true;
    try {
        const values = root.at("values").value() ?? {};
        const chart = (root.at("chart").string() ?? "").trim();
        if (chart === "") {
            return "chart is unset.";
        }
        return {
            name: root.at("name").string() ?? fallbackName,
            namespace: textAt(root, "namespace") ?? fallbackNamespace,
            ...readSource(chart, root.at("repositoryOpts")),
            version: textAt(root, "version"),
            values: isTrue("allowNullValues") ? values : withoutNulls(values),
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
        // The message contains the path and the type, never the value.
        if (error instanceof FieldError) {
            return `${error.message}.`;
        }
        throw error;
    }
}

/** A non-empty string. */
function textAt(field: Field, key: string): string | undefined {
    const text = field.at(key).string();
    return text === "" ? undefined : text;
}

/** Location of a chart; see `resolveChartName` in helm_release.go of pulumi-kubernetes. */
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

/** A copy without what is null, at any depth. */
function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.filter((item) => item !== null).map(withoutNulls);
    }
    if (!isObject(value)) {
        return value;
    }
    const entries = Object.entries(value).filter(([, item]) => item !== null);
    return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}

/** An asset as the Pulumi SDK represents it: a file, a URL or a text. */
function readValueFile(asset: Field): ValueFile {
    const text = asset.peek("text");
    if (typeof text === "string") {
        return { text };
    }
    return { location: asset.at("path").string() ?? asset.at("uri").string() ?? "" };
}
