import { APP } from "../../mesh/names";

/** Dashboards by the ends of their uids; SPIRE's is made only where SPIRE is. */
const PARTS = ["slo", "errors", "performance", "topology", "pods", "security"];

/** Name of a dashboard's ConfigMap. */
export function configMapName(uid: string): string {
    return `dashboard-${uid}`;
}

/** Names of all ConfigMaps of dashboards. */
export function dashboardNames(ownSpire: boolean): string[] {
    return [...PARTS, ...(ownSpire ? ["spire"] : [])].map((part) => configMapName(`${APP}-${part}`));
}
