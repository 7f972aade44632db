import { DiffResponse } from "@pulumi/pulumi/proto/provider_pb";
import { loadContext } from "../../kube/kubeconfig";
import { reveal, text, Unknown } from "../protocol/values";
import type { PropertyMap, Value } from "../protocol/values";
import { contextName } from "./settings";

/** Configuration keys that determine the provider's cluster. */
const CLUSTER_KEYS = ["kubeconfig", "context"] as const;

/** The cluster that a configuration selects, as text for comparison; `undefined` if it cannot be determined. */
function activeCluster(properties: PropertyMap): string | undefined {
    const [kubeconfig, context] = [text(properties, "kubeconfig"), text(properties, "context")];
    try {
        return JSON.stringify(loadContext(contextName({ kubeconfig, context })).cluster);
    } catch {
        return undefined;
    }
}

/** Diff of the provider's configuration: a different cluster replaces the provider, and with it every resource. */
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

/** The changed settings that select another cluster. If there is a cluster identifier, only it is compared. */
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
