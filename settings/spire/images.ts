import { z } from "zod";
import * as p from "../shared/primitives";

const tag = p.text(/^\w[\w.-]{0,127}$/, "an image tag, e.g. 0.2.12 (as text: quote it in YAML)");

const digest = p.digest.optional().describe("Image digest; when set it decides which image runs");

/** An image of a SPIRE release: its tag is `spire.version`. */
const released = z.strictObject({ digest }).prefault({});

/** An image with a release cycle of its own. */
const own = (version: string) =>
    z.strictObject({ tag: tag.default(version).describe("Image tag"), digest }).prefault({});

/** Images of SPIRE and its helpers. */
export const spireImages = z
    .strictObject({
        registry: p.registry
            .optional()
            .describe(
                "Registry (and path) of mirrored images for closed networks, in place of ghcr.io and registry.k8s.io",
            ),
        pullPolicy: z.enum(["IfNotPresent", "Always", "Never"]).default("IfNotPresent").describe("imagePullPolicy"),
        pullSecrets: z
            .array(p.dnsName)
            .default([])
            .describe("Names of Secrets for a private registry, in both namespaces"),
        server: released.describe("spiffe/spire-server"),
        agent: released.describe("spiffe/spire-agent"),
        oidcProvider: released.describe("spiffe/oidc-discovery-provider"),
        controllerManager: own("0.7.0").describe("spiffe/spire-controller-manager"),
        // 0.2.12 is the first that does not mount twice when the kubelet restarts.
        csiDriver: own("0.2.12").describe("spiffe/spiffe-csi-driver"),
        csiRegistrar: own("v2.16.0").describe("sig-storage/csi-node-driver-registrar"),
    })
    .prefault({});
