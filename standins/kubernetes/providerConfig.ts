import { CheckFailure, DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { KubeConfig } from "@kubernetes/client-node/dist/config.js";
import { parseUrn } from "../protocol/urn";
import { reveal, text, Unknown } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { kubeConfigText } from "./kubeconfig";

/** What decides which cluster a provider talks to. */
const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"] as const;

/** A fault of the provider's configuration. */
function failure(property: string, reason: string): CheckFailure {
    const result = new CheckFailure();
    result.setProperty(property);
    result.setReason(reason);
    return result;
}

/** Does the engine make this provider by itself, for resources without one? */
function isDefaultProvider(urn: string): boolean {
    return /^default(?:_|$)/.test(parseUrn(urn).name);
}

/** Is the strict mode on, by the provider's own setting or by the stack's configuration? */
function isStrict(news: PropertyMap, environment: NodeJS.ProcessEnv): boolean {
    const own = text(news, "strictMode");
    if (own !== "") {
        return own === "true";
    }
    try {
        const configured: unknown = JSON.parse(environment.PULUMI_CONFIG ?? "{}");
        return (
            typeof configured === "object" &&
            configured !== null &&
            Object.entries(configured).some(([key, value]) => key === "strictMode" && value === "true")
        );
    } catch {
        return false;
    }
}

/** The faults of a provider's configuration: in strict mode it must be explicit and name kubeconfig and context. */
export function checkProviderConfig(
    urn: string,
    news: PropertyMap,
    environment: NodeJS.ProcessEnv = process.env,
): CheckFailure[] {
    if (!isStrict(news, environment)) {
        return [];
    }
    const isMissing = (value: Value | undefined): boolean =>
        value === undefined || value === null || reveal(value) === "";
    return [
        ...(isDefaultProvider(urn) ? [failure("", "strict mode prohibits default provider")] : []),
        ...["kubeconfig", "context"]
            .filter((key) => isMissing(news[key]))
            .map((key) => failure(key, `strict mode requires Provider "${key}" argument`)),
    ];
}

/** The cluster that a configuration leads to, as text to compare; `undefined` when it cannot be told. */
function activeCluster(properties: PropertyMap): string | undefined {
    try {
        const contents = kubeConfigText(text({ value: reveal(properties.kubeconfig ?? "") }, "value"));
        if (contents === "") {
            return undefined;
        }
        const config = new KubeConfig();
        config.loadFromString(contents);
        const context = config.getContextObject(text(properties, "context") || config.getCurrentContext());
        const cluster = config.getCluster(text(properties, "cluster") || (context?.cluster ?? ""));
        return cluster === null ? undefined : JSON.stringify(cluster);
    } catch {
        return undefined;
    }
}

/** What a change of the configuration means: another cluster replaces the provider and with it every resource. */
export function diffProviderConfig(olds: PropertyMap, news: PropertyMap): DiffResponse {
    const keys = [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter((key) => key !== "version");
    const shown = (value: Value | undefined): string => JSON.stringify(reveal(value ?? null));
    const diffs = keys.filter((key) => news[key] instanceof Unknown || shown(olds[key]) !== shown(news[key]));
    const response = new DiffResponse();
    response.setChanges(diffs.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
    response.setDiffsList(diffs);
    response.setReplacesList(replacingKeys(olds, news, diffs));
    return response;
}

/** The changed settings that lead to another cluster. A cluster identifier, where there is one, alone decides. */
function replacingKeys(olds: PropertyMap, news: PropertyMap, diffs: readonly string[]): string[] {
    const [oldId, newId] = [text(olds, "clusterIdentifier"), text(news, "clusterIdentifier")];
    if (newId !== "" && oldId === newId) {
        return [];
    }
    const identifier = oldId !== "" && newId !== "" ? ["clusterIdentifier"] : [];
    const unknown = CLUSTER_KEYS.find((key) => news[key] instanceof Unknown);
    if (unknown !== undefined) {
        return [...identifier, unknown];
    }
    const [before, after] = [activeCluster(olds), activeCluster(news)];
    const moved = before !== undefined && after !== undefined && before !== after;
    return [...identifier, ...(moved ? CLUSTER_KEYS.filter((key) => diffs.includes(key)) : [])];
}
