import { CustomResourceDefinition } from "@pulumi/kubernetes/apiextensions/v1";
import * as pulumi from "@pulumi/pulumi";
import type { SpireArgs } from "./args";
import { KINDS } from "./crds";
import { crdSpec, GROUP } from "./crds/schema";
import { deployIdentities, deployOidcProvider } from "./deployIdentities";
import { deployNodes } from "./deployNodes";
import { deployServer } from "./deployServer";
import { partLabels } from "./metadata";
import { CONTROLLER_MANAGER } from "./names";
import { serverNetworkPolicies, systemNetworkPolicies } from "./networkPolicies";
import { Site } from "./site";

export type { KubeletApi, SpireArgs } from "./args";

/** Options of {@link Spire}. */
export interface SpireOptions extends pulumi.ComponentResourceOptions {
    /**
     * Provider of the CRDs. CRDs are retained in the cluster on destroy, so the provider must adopt existing ones;
     * otherwise the next update would fail because they already exist. Default: the component's provider.
     */
    readonly crdProvider?: pulumi.ProviderResource;
}

/** SPIRE: every selected pod automatically receives an X.509-SVID, which is rotated before it expires. */
export class Spire extends pulumi.ComponentResource {
    /** Namespace of the server. */
    public readonly serverNamespace: pulumi.Output<string>;
    /** Namespace of the agents and the CSI driver. */
    public readonly systemNamespace: pulumi.Output<string>;
    /** Name of the server's StatefulSet; known once its rollout is complete. */
    public readonly server: pulumi.Output<string>;

    constructor(name: string, args: SpireArgs, { crdProvider, ...opts }: SpireOptions = {}) {
        super("x0tta6bl4:spire:Spire", name, args, opts);
        const { settings } = args;
        const parent = { parent: this };
        const crds = KINDS.map(
            (kind) =>
                new CustomResourceDefinition(
                    `${name}-crd-${kind.plural}`,
                    {
                        metadata: {
                            name: `${kind.plural}.${GROUP}`,
                            labels: partLabels(args, CONTROLLER_MANAGER),
                            // The fields of a retained CRD are owned by the stack that created it; the patch forces a
                            // change of ownership.
                            annotations: { "pulumi.com/patchForce": "true" },
                        },
                        spec: crdSpec(kind),
                    },
                    // Deleting a CRD deletes all objects of its kind, including objects that this stack did not create.
                    { ...parent, retainOnDelete: true, provider: crdProvider },
                ),
        );
        const home = new Site(
            `${name}-home`,
            args,
            settings.serverNamespace,
            "restricted",
            serverNetworkPolicies(args),
            parent,
        );
        const system = new Site(
            `${name}-system`,
            args,
            settings.systemNamespace,
            "privileged",
            systemNetworkPolicies(args),
            parent,
        );

        const server = deployServer(args, { name, parent: this, home, system, after: crds });
        const nodes = deployNodes(args, { name, parent: this, system, server });
        deployIdentities(args, name, { parent: this, dependsOn: [...crds, server] });
        if (settings.oidcProvider.enabled) {
            deployOidcProvider(args, name, home, { parent: this, dependsOn: nodes });
        }

        this.serverNamespace = home.namespace.metadata.name;
        this.systemNamespace = system.namespace.metadata.name;
        this.server = server.metadata.name;
        this.registerOutputs({
            serverNamespace: this.serverNamespace,
            systemNamespace: this.systemNamespace,
            server: this.server,
        });
    }
}
