import type { Labels } from "../shared/labels";

/** Why the controller has a token. */
const TOKEN = "it works through the API server, with a Role in this namespace alone";

/** Why one pod is enough. */
const ONE_POD =
    "one controller works at a time; while it is away the ReplicaSets keep their pods and a canary stays at its step";

/** Exemptions of the controller's pods. */
export const POD_EXEMPTIONS: Labels = { "policy.x0tta6bl4.mesh/skip.service-account-automount": TOKEN };

/** Exemptions of the controller's Deployment. */
export const DEPLOYMENT_EXEMPTIONS: Labels = { "policy.x0tta6bl4.mesh/skip.min-replicas": ONE_POD };
