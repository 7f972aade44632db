import { z } from "zod";
import { podStorage } from "./storage";
import * as p from "../shared/primitives";
import { containerResources } from "../spire/server";

/** A retention time as Prometheus writes it. */
const retention = p.text(/^[1-9]\d{0,4}[hdwy]$/, "a time in hours, days, weeks or years, e.g. 15d");

/** Prometheus's own server. */
export const prometheus = z
    .strictObject({
        replicas: p.count.default(1).describe("Number of Prometheus servers; each scrapes everything"),
        retention: retention.default("15d").describe("How long samples are kept"),
        retentionSize: p
            .text(/^[1-9]\d{0,5}(MB|GB|TB)$/, "a size in MB, GB or TB (powers of 1024), e.g. 45GB")
            .default("8GB")
            .describe("Size at which the oldest samples go, whatever their age; at most 90 % of the storage"),
        storage: podStorage(
            "server",
            "10Gi",
            z.strictObject({
                type: z.literal("emptyDir").describe("Space on the node's disk: samples go with the pod"),
                sizeLimit: p.quantity.default("10Gi").describe("Most space that it may take"),
            }),
        ).prefault({ type: "volume" }),
        scrapeInterval: p.duration.default("30s").describe("Time between two scrapes of a target"),
        externalLabels: p.stringMap
            .default({})
            .describe("Labels of all alerts and remote samples, beside cluster (staging or production by stack)"),
        remoteWrite: z
            .array(
                z.strictObject({
                    url: p.httpUrl.describe("Receiver"),
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
                    cidr: p.cidr.default("0.0.0.0/0").describe("Where the receiver is, for the NetworkPolicy"),
                    port: p.remotePort
                        .optional()
                        .describe("Port of the receiver's pods or server, for the NetworkPolicy; unset: the URL's"),
                }),
            )
            .default([])
            .describe("Where samples are sent as well; credentials by the name of a Secret only"),
        // Steady state of a small cluster; the limit covers the replay of the write-ahead log (1.5 to 2 times).
        resources: containerResources({
            requests: { cpu: "200m", memory: "768Mi" },
            limits: { cpu: "1", memory: "2Gi" },
        }),
    })
    .prefault({});
