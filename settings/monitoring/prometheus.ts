import { z } from "zod";
import { podStorage } from "./storage";
import * as p from "../shared/primitives";
import { containerResources } from "../shared/resources";

/** A retention time in Prometheus notation. */
const retention = p.text(/^[1-9]\d{0,4}[hdwy]$/, "a time in hours, days, weeks or years, e.g. 15d");

const LABEL_NAME = "a Prometheus label name: letters, digits and '_', not starting with a digit or '__'";

/** Labels that Prometheus accepts (documentation, Data model); names that start with `__` are reserved. */
const externalLabels = z.record(
    p.text(/^(?!__)[a-zA-Z_]\w{0,252}$/, LABEL_NAME),
    z.string({ error: "text; quote it in YAML" }),
    { error: "label names with values as text" },
);

/** The Prometheus servers. */
export const prometheus = z
    .strictObject({
        replicas: p.count.default(1).describe("Number of Prometheus servers; each scrapes everything"),
        retention: retention.default("15d").describe("Retention time of samples"),
        retentionSize: p
            .text(/^[1-9]\d{0,5}(MB|GB|TB)$/, "a size in MB, GB or TB (powers of 1024), e.g. 45GB")
            .default("8GB")
            .describe("Size at which the oldest samples are deleted, whatever their age; at most 90 % of the storage"),
        storage: podStorage(
            "server",
            "10Gi",
            z.strictObject({
                type: z.literal("emptyDir").describe("Space on the node's disk: samples are deleted with the pod"),
                sizeLimit: p.bytes.default("10Gi").describe("Size limit of the volume"),
            }),
        ).prefault({ type: "volume" }),
        scrapeInterval: p.duration.default("30s").describe("Interval between two scrapes of a target"),
        externalLabels: externalLabels
            .default({})
            .describe(
                "Labels of all alerts and remote samples, in addition to cluster (staging or production, by stack)",
            ),
        remoteWrite: z
            .array(
                z.strictObject({
                    url: p.httpUrl.describe("URL of the remote-write endpoint"),
                    auth: z
                        .discriminatedUnion(
                            "type",
                            [
                                z.strictObject({ type: z.literal("none").describe("No credentials") }),
                                z.strictObject({
                                    type: z.literal("basic").describe("User name and password"),
                                    secretName: p.dnsName.describe("An existing Secret in the namespace"),
                                    usernameKey: p.secretKey.default("username").describe("Key of the user name"),
                                    passwordKey: p.secretKey.default("password").describe("Key of the password"),
                                }),
                                z.strictObject({
                                    type: z.literal("bearer").describe("A bearer token"),
                                    secretName: p.dnsName.describe("An existing Secret in the namespace"),
                                    tokenKey: p.secretKey.default("token").describe("Key of the token"),
                                }),
                            ],
                            { error: "an object with type none, basic or bearer" },
                        )
                        .prefault({ type: "none" }),
                    cidr: p.cidr.default("0.0.0.0/0").describe("IP range of the endpoint, for the NetworkPolicy"),
                    port: p.remotePort
                        .optional()
                        .describe(
                            "Port of the endpoint's pods or server, for the NetworkPolicy; unset: that of the URL",
                        ),
                }),
            )
            .default([])
            .describe("Further destinations of samples; credentials only through existing Secrets"),
        // Requests cover the steady state of a small cluster; limits cover replaying the write-ahead log (1.5 to 2
        // times as much).
        resources: containerResources({
            requests: { cpu: "200m", memory: "768Mi" },
            limits: { cpu: "1", memory: "2Gi" },
        }),
    })
    .prefault({});
