import type { ContextName } from "../../kube/kubeconfig";
import type { Mutability } from "../../kube/immutableFields";
import { OFFICIAL_HINT } from "./official";

/** The provider's configuration, as far as the stand-in supports it. */
export interface ProviderSettings extends ContextName, Mutability {
    /** Whether updates of all objects take ownership of fields of other managers. */
    enablePatchForce: boolean;
    /** Whether a create updates an existing object. */
    upsertExistingObjects: boolean;
    /** Whether objects are removed from the state if their cluster is unreachable. */
    deleteUnreachable: boolean;
}

/** Prefix of the variables with which the engine configures a provider. */
const PREFIX = "kubernetes:config:";

/** Settings of the official plugin that the stand-in does not support, and values that have no effect. */
const UNSUPPORTED: Readonly<Record<string, readonly string[]>> = {
    cluster: [""],
    enableServerSideApply: ["", "true"],
    namespace: [""],
    renderYamlToDirectory: [""],
    skipUpdateUnreachable: ["", "false"],
    strictMode: ["", "false"],
};

/**
 * Reads the engine's variables; a boolean that is not set there is read from its environment variable.
 * @throws Error that names a setting that only the official plugin supports.
 */
export function readSettings(
    variables: ReadonlyMap<string, string>,
    environment: NodeJS.ProcessEnv = process.env,
): ProviderSettings {
    const given = (key: string): string => variables.get(PREFIX + key) ?? "";
    const enabled = (key: string, variable: string): boolean =>
        (variables.get(PREFIX + key) ?? environment[variable] ?? "false") === "true";
    for (const [key, harmless] of Object.entries(UNSUPPORTED)) {
        if (!harmless.includes(given(key))) {
            throw new Error(
                `provider setting ${key} = "${given(key)}" is not served by the stand-in plugin: leave it unset, or ${OFFICIAL_HINT}`,
            );
        }
    }
    return {
        ...contextName({ kubeconfig: given("kubeconfig"), context: given("context") }, environment),
        enablePatchForce: enabled("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsertExistingObjects: enabled("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        enableConfigMapMutable: enabled("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        enableSecretMutable: enabled("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        deleteUnreachable: enabled("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
    };
}

/** The context in a provider's inputs. The SDK sets an unset kubeconfig to `$KUBECONFIG`, a list of files. */
export function contextName(
    { kubeconfig, context }: { readonly kubeconfig: string; readonly context: string },
    environment: NodeJS.ProcessEnv = process.env,
): ContextName {
    return { context, kubeconfig: kubeconfig === "" || kubeconfig === environment.KUBECONFIG ? undefined : kubeconfig };
}
