import { isObject } from "../engine/field";
import { isUnknown } from "../engine/unknown";

/** Properties of a release's provider that select its cluster or affect what the release renders to. */
export interface ReleaseTarget {
    /** Path of the kubeconfig, or its text, which is secret. Default: the files that kubectl reads. */
    readonly kubeconfig?: string;
    /** Context of the kubeconfig. Default: the current one. */
    readonly context?: string;
    /** Namespace of releases that set none. Default: `default`. */
    readonly namespace?: string;
    /** File with the registries that helm is logged in to. Default: helm's. */
    readonly registryConfig?: string;
    /** File with the repositories that helm knows. Default: helm's. */
    readonly repositoryConfig?: string;
    /** Folder with the indexes of these repositories. Default: helm's. */
    readonly repositoryCache?: string;
    /** Folder with plugins of helm. Default: helm's. */
    readonly plugins?: string;
    /** Why the cluster cannot be queried, as a sentence. Default: it can be. */
    readonly obstacle?: string;
}

/**
 * Reads the properties of a provider as `Configure` in provider/pkg/provider/provider.go of pulumi-kubernetes does.
 * @param properties Without the SDK's proxy: what is not known yet is a sentinel.
 */
export function readTarget(properties: object): ReleaseTarget {
    const textOf = (key: string) => text(Reflect.get(properties, key));
    const settings = decoded(Reflect.get(properties, "helmReleaseSettings"));
    const settingOf = (key: string) => text(isObject(settings) ? settings[key] : undefined);
    return {
        kubeconfig: textOf("kubeconfig"),
        context: textOf("context"),
        namespace: textOf("namespace"),
        registryConfig: settingOf("registryConfigPath"),
        repositoryConfig: settingOf("repositoryConfigPath"),
        repositoryCache: settingOf("repositoryCache"),
        plugins: settingOf("pluginsPath"),
        obstacle: obstacle(properties),
    };
}

function obstacle(properties: object): string | undefined {
    const later = ["kubeconfig", "context", "cluster"].find((key) => isUnknown(Reflect.get(properties, key)));
    if (later !== undefined) {
        return `The provider's ${later} is known only during the update.`;
    }
    if (text(Reflect.get(properties, "cluster")) !== undefined) {
        return "The provider selects a cluster by its property cluster, which helm cannot; select a context.";
    }
    return text(Reflect.get(properties, "renderYamlToDirectory")) === undefined
        ? undefined
        : "The provider writes files (renderYamlToDirectory) and has no cluster.";
}

/** A known, non-empty string. */
function text(value: unknown): string | undefined {
    return typeof value === "string" && value !== "" && !isUnknown(value) ? value : undefined;
}

/** The engine stores provider properties other than strings as JSON. */
function decoded(value: unknown): unknown {
    if (typeof value !== "string") {
        return value;
    }
    try {
        return JSON.parse(value);
    } catch {
        return undefined;
    }
}
