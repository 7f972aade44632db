import { APP } from "../../mesh/names";

/** Suffixes of the dashboards' UIDs, without SPIRE's, which exists only if this stack creates SPIRE. */
const PARTS = ["slo", "errors", "performance", "topology", "pods", "security"];

/** Name of a dashboard's ConfigMap. */
export function configMapName(uid: string): string {
    return `dashboard-${uid}`;
}

/** Names of the ConfigMaps of all dashboards. */
export function dashboardNames(ownSpire: boolean): string[] {
    return [...PARTS, ...(ownSpire ? ["spire"] : [])].map((part) => configMapName(`${APP}-${part}`));
}
