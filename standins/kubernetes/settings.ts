/** The provider's configuration, as far as the stand-in serves it. */
export interface ProviderSettings {
    /** Path or contents of a kubeconfig; "" for the ambient one. */
    kubeconfig: string;
    /** Context to use; "" for the kubeconfig's current one. */
    context: string;
    /** Cluster to use in place of the context's; "" for that. */
    cluster: string;
    /** Namespace of objects that name none; "" for the context's, else `default`. */
    namespace: string;
    /** Take over fields that other managers set, forevery object. */
    enablePatchForce: boolean;
    /** Let a create change an object that is there already. */
    upsertExistingObjects: boolean;
    /** Change a ConfigMap's data in place rather than replace the object. */
    enableConfigMapMutable: boolean;
    /** Change a Secret's data in place rather than replace the object. */
    enableSecretMutable: boolean;
    /** Drop objects from the state when their cluster cannot be reached. */
    deleteUnreachable: boolean;
    /** Leave the state as it is when the cluster cannot be reached. */
    skipUpdateUnreachable: boolean;
}

/** Prefix of the variables that the engine configures a provider with. */
const PREFIX = "kubernetes:config:";

/** Settings of the official plugin that would change what is deployed, and that the stand-in does not have. */
const UNSUPPORTED: readonly { key: string; isSet: (value: string) => boolean; use: string }[] = [
    { key: "renderYamlToDirectory", isSet: (value) => value !== "", use: "leave it unset" },
    { key: "enableServerSideApply", isSet: (value) => value === "false", use: "leave it unset or true" },
];

/** Reads the engine's variables; a switch that is not set there is read from its environment variable. */
export function readSettings(
    variables: ReadonlyMap<string, string>,
    environment: NodeJS.ProcessEnv = process.env,
): ProviderSettings {
    const given = (key: string): string => variables.get(PREFIX + key) ?? "";
    const enabled = (key: string, variable: string): boolean =>
        (variables.get(PREFIX + key) ?? environment[variable] ?? "false") === "true";
    for (const { key, isSet, use } of UNSUPPORTED) {
        if (isSet(given(key))) {
            throw new Error(
                `provider setting ${key} = "${given(key)}" is not served by the stand-in plugin: ${use}, ` +
                    "or install the official one: pulumi plugin install resource kubernetes",
            );
        }
    }
    return {
        kubeconfig: given("kubeconfig"),
        context: given("context"),
        cluster: given("cluster"),
        namespace: given("namespace"),
        enablePatchForce: enabled("enablePatchForce", "PULUMI_K8S_ENABLE_PATCH_FORCE"),
        upsertExistingObjects: enabled("upsertExistingObjects", "PULUMI_K8S_UPSERT_EXISTING_OBJECTS"),
        enableConfigMapMutable: enabled("enableConfigMapMutable", "PULUMI_K8S_ENABLE_CONFIGMAP_MUTABLE"),
        enableSecretMutable: enabled("enableSecretMutable", "PULUMI_K8S_ENABLE_SECRET_MUTABLE"),
        deleteUnreachable: enabled("deleteUnreachable", "PULUMI_K8S_DELETE_UNREACHABLE"),
        skipUpdateUnreachable: enabled("skipUpdateUnreachable", "PULUMI_K8S_SKIP_UPDATE_UNREACHABLE"),
    };
}
