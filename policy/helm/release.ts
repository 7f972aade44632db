import { Field, FieldError, isObject } from "../engine/field";
import { isUnknown } from "../engine/unknown";

/** A file of values: a path or address, or the text itself. */
export type ValueFile = { readonly location: string } | { readonly text: string };

/** What helm needs to know to render the chart of a release. */
export interface ReleaseInputs {
    /** Name of the release. */
    readonly name: string;
    /** Namespace of the release. */
    readonly namespace: string;
    /** Chart: a path, an address, or a name in the repository. */
    readonly chart: string;
    /** Version of the chart. Default: the newest. */
    readonly version?: string;
    /** Address of the repository. Default: the chart says where it is. */
    readonly repository?: string;
    /** User of the repository. */
    readonly username?: string;
    /** Password of the repository. */
    readonly password?: string;
    /** Values, which win over the files. */
    readonly values: unknown;
    /** Files of values, the last wins. */
    readonly valueFiles: readonly ValueFile[];
    /** Program that changes what was rendered. */
    readonly postRenderer?: string;
    /** Whether development versions count as newest. */
    readonly devel: boolean;
    /** Whether dependencies are fetched. */
    readonly dependencyUpdate: boolean;
}

/** Properties of a release that change what its chart makes. */
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
    "allowNullValues",
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

/** Reads the inputs of a release; a text says what is wrong with them. */
export function readRelease(body: unknown, fallbackName: string): ReleaseInputs | string {
    const root = new Field(body);
    try {
        const chart = root.at("chart").string() ?? "";
        if (chart === "") {
            return "chart is unset.";
        }
        const repository = root.at("repositoryOpts");
        const keepNulls = root.at("allowNullValues").boolean() === true;
        const values = root.at("values").value() ?? {};
        return {
            name: root.at("name").string() ?? fallbackName,
            namespace: root.at("namespace").string() ?? "default",
            chart,
            version: root.at("version").string(),
            repository: repository.at("repo").string(),
            username: repository.at("username").string(),
            password: repository.at("password").string(),
            values: keepNulls ? values : withoutNulls(values),
            valueFiles: root.at("valueYamlFiles").items().map(readValueFile),
            postRenderer: root.at("postrender").string(),
            devel: root.at("devel").boolean() === true,
            dependencyUpdate: root.at("dependencyUpdate").boolean() === true,
        };
    } catch (error) {
        // Its message holds the path and the type, never the value.
        if (error instanceof FieldError) {
            return `${error.message}.`;
        }
        throw error;
    }
}

/** An asset as the Pulumi SDK holds it: of a file, of an address, or of a text. */
function readValueFile(asset: Field): ValueFile {
    const text = asset.peek("text");
    if (typeof text === "string") {
        return { text };
    }
    return { location: asset.at("path").string() ?? asset.at("uri").string() ?? "" };
}

/** The provider leaves out what is null, unless it is told not to. */
function withoutNulls(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(withoutNulls);
    }
    if (!isObject(value)) {
        return value;
    }
    return Object.fromEntries(
        Object.entries(value)
            .filter(([, item]) => item !== null)
            .map(([key, item]) => [key, withoutNulls(item)]),
    );
}
