import "./interpreted";
import { clusterSchema } from "./cluster/schema";
import { costSchema } from "./cost/schema";
import { meshSchema } from "./mesh/schema";
import { monitoringSchema } from "./monitoring/schema";
import { spireSchema } from "./spire/schema";

export type { ClusterSettings } from "./cluster/schema";
export type { CostSettings } from "./cost/schema";
export type { MeshSettings } from "./mesh/schema";
export type { MonitoringSettings } from "./monitoring/schema";
export type { SpireSettings } from "./spire/schema";

/** All settings of a stack, by their top-level keys in `Pulumi.<stack>.yaml`. */
export const schemas = {
    cluster: clusterSchema,
    mesh: meshSchema,
    spire: spireSchema,
    monitoring: monitoringSchema,
    cost: costSchema,
};

/** Top-level key of the configuration. */
export type SettingsKey = keyof typeof schemas;
