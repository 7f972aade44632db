import type { ResolvedMeshSettings } from "../../settings";
import type { Environment } from "../../settings/shared/environments";
import type { SpireSettings } from "../../settings/schema";

/**
 * Arguments of {@link MeshApp}: plain values, since they decide which objects exist and are validated
 * before anything is created.
 */
export interface MeshAppArgs {
    /** What the stack's name decides: label, name prefix. */
    readonly environment: Environment;
    /** Settings of the app. */
    readonly settings: ResolvedMeshSettings;
    /** Trust domain and place of the SPIRE server. */
    readonly spire: SpireSettings;
}
