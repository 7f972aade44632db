import { Deployment } from "@pulumi/kubernetes/apps/v1";
import { ConfigMap, Service } from "@pulumi/kubernetes/core/v1";
import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource";
import type * as pulumi from "@pulumi/pulumi";
import type { SpireArgs } from "./args";
import { GROUP, VERSION } from "./crds/schema";
import { federatedTrustDomains } from "./federation";
import { identities } from "./identities";
import { partLabels, releaseLabels } from "./metadata";
import { CONTROLLER_MANAGER, OIDC_PROVIDER } from "./names";
import { oidcConfigData, oidcService, oidcSpec } from "./oidc";
import type { Site } from "./site";
import { staticEntries } from "./staticEntries";

/**
 * Creates ClusterSPIFFEIDs, static entries and ClusterFederatedTrustDomains; on destroy they are deleted before the
 * server that reconciles them.
 */
export function deployIdentities(
    args: SpireArgs,
    name: string,
    opts: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): void {
    const custom = (kind: string, objectName: string, spec: unknown) =>
        new CustomResource(
            `${name}-${kind.toLowerCase()}-${objectName}`,
            {
                apiVersion: `${GROUP}/${VERSION}`,
                kind,
                metadata: { name: objectName, labels: partLabels(args, CONTROLLER_MANAGER) },
                spec,
            },
            opts,
        );
    for (const [objectName, spec] of Object.entries(federatedTrustDomains(args))) {
        custom("ClusterFederatedTrustDomain", objectName.replaceAll("_", "-"), spec);
    }
    for (const [objectName, spec] of Object.entries(identities(args))) {
        custom("ClusterSPIFFEID", objectName, spec);
    }
    for (const [objectName, spec] of Object.entries(staticEntries(args))) {
        custom("ClusterStaticEntry", objectName, spec);
    }
}

/** Creates the OIDC discovery provider, which mounts the agents' socket like any other workload. */
export function deployOidcProvider(
    args: SpireArgs,
    name: string,
    home: Site,
    opts: { parent: pulumi.Resource; dependsOn: pulumi.Resource[] },
): void {
    const parent = { parent: opts.parent };
    const account = home.serviceAccount(OIDC_PROVIDER);
    const config = new ConfigMap(
        `${name}-oidc-config`,
        { metadata: home.metadata(OIDC_PROVIDER), data: oidcConfigData(args) },
        parent,
    );
    const deployment = new Deployment(
        `${name}-oidc`,
        { metadata: home.metadata(OIDC_PROVIDER, releaseLabels(args, OIDC_PROVIDER)), spec: oidcSpec(args) },
        { ...parent, dependsOn: [...opts.dependsOn, account, config] },
    );
    new Service(
        `${name}-oidc-service`,
        { metadata: home.metadata(OIDC_PROVIDER), spec: oidcService(args) },
        { ...parent, dependsOn: deployment },
    );
}
