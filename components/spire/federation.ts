import type { types } from "@pulumi/kubernetes";
import { selectorLabels } from "../shared/labels";
import type { SpireArgs } from "./args";
import { SERVER } from "./names";
import { PORTS } from "../../settings/spire/ports";

/** Specification of the bundle endpoint's Service, from which other trust domains fetch the trust bundle. */
export function bundleEndpointService(args: SpireArgs): types.input.core.v1.ServiceSpec {
    return {
        type: args.settings.federation.serviceType,
        selector: selectorLabels(SERVER, args.environment),
        ports: [{ name: "bundle", port: PORTS.bundleEndpoint, targetPort: "bundle", protocol: "TCP" }],
    };
}

/** `spec` of each ClusterFederatedTrustDomain by trust domain. */
export function federatedTrustDomains({ settings }: SpireArgs): Record<string, Record<string, unknown>> {
    return Object.fromEntries(
        settings.federation.trustDomains.map(({ trustDomain, bundleEndpointUrl, endpointSpiffeId, bundle }) => [
            trustDomain,
            {
                trustDomain,
                bundleEndpointURL: bundleEndpointUrl,
                bundleEndpointProfile:
                    endpointSpiffeId === undefined
                        ? { type: "https_web" }
                        : { type: "https_spiffe", endpointSPIFFEID: endpointSpiffeId },
                ...(bundle === undefined ? {} : { trustDomainBundle: bundle }),
            },
        ]),
    );
}
