import { Secret } from "@pulumi/kubernetes/core/v1";
import { Role } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import type { GrafanaSettings } from "../../../settings/monitoring/grafana";
import type { Labels } from "../../shared/labels";
import { CONFIG_MAP_READER, PASSWORD_KEY, PASSWORD_SECRET, USER, USER_KEY } from "./names";

/** Length of a generated password (characters); 190 bits of entropy. */
const PASSWORD_LENGTH = 32;

/** Arguments of {@link grafanaAccess}. */
export interface GrafanaAccessArgs {
    /** Prefix of the logical names of all resources. */
    readonly name: string;
    /** Settings of Grafana. */
    readonly settings: GrafanaSettings;
    /** Namespace of Grafana. */
    readonly namespace: string;
    /** Labels of the objects. */
    readonly labels: Labels;
    /** The password from the stack configuration, if `password.type` is `config`. */
    readonly configuredPassword: pulumi.Output<string> | undefined;
}

/** Resources that must exist before Grafana starts. */
export interface GrafanaAccess {
    /** The Secret and the sidecars' Role. */
    readonly resources: pulumi.Resource[];
    /** The password as a secret output; `undefined` if the user provides a Secret. */
    readonly password: pulumi.Output<string> | undefined;
}

/** Creates the credentials of Grafana's admin user, and the permissions of Grafana's sidecars. */
export function grafanaAccess(args: GrafanaAccessArgs, opts: pulumi.CustomResourceOptions): GrafanaAccess {
    const { name, namespace, labels } = args;
    const reader = new Role(
        `${name}-grafana-reader`,
        {
            metadata: { name: CONFIG_MAP_READER, namespace, labels },
            rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }],
        },
        opts,
    );
    const password = chosenPassword(args, opts);
    if (password === undefined) {
        return { resources: [reader], password };
    }
    const secret = new Secret(
        `${name}-grafana-admin`,
        {
            metadata: { name: PASSWORD_SECRET, namespace, labels },
            type: "Opaque",
            stringData: { [USER_KEY]: USER, [PASSWORD_KEY]: password },
        },
        opts,
    );
    return { resources: [reader, secret], password };
}

function chosenPassword(
    { name, settings, configuredPassword }: GrafanaAccessArgs,
    { parent }: pulumi.CustomResourceOptions,
): pulumi.Output<string> | undefined {
    const { type, rotation } = settings.password;
    switch (type) {
        case "generated":
            return new random.RandomPassword(
                `${name}-grafana-password`,
                { length: PASSWORD_LENGTH, special: false, keepers: { rotation } },
                { parent },
            ).result;
        case "config":
            return configuredPassword;
        case "existing":
            return undefined;
    }
}
