import { isIPv4, isIPv6 } from "node:net";
import { z } from "zod";
import { text } from "./text";

/** A TCP or UDP port that a non-root process can bind: ports below 1024 need a capability that the pod drops. */
export const port = z.int({ error: "a whole number from 1024 to 65535" }).min(1024).max(65535);

/** A port on another host, e.g. 443. */
export const remotePort = z.int({ error: "a whole number from 1 to 65535" }).min(1).max(65535);

/**
 * API server ports to which NetworkPolicies allow egress. Policies apply after Service translation, so 443 alone is not
 * enough.
 */
export const apiServerPorts = z
    .array(remotePort)
    .min(1, { error: "at least one port" })
    .default([443, 6443])
    .describe("Ports of the API server, also behind its Service; minikube listens on 8443, MicroK8s on 16443");

/** A block of IP addresses: the address bits, most significant first, and the prefix length. */
interface Block {
    readonly family: 4 | 6;
    readonly address: bigint;
    readonly prefix: number;
}

/** Address length by IP family (bits). */
const BITS = { 4: 32, 6: 128 } as const;

/**
 * Parses an IP range as the API server does since `StrictIPCIDRValidation` (k8s.io/apimachinery/pkg/util/validation,
 * ip.go: IsValidCIDR): no leading zeros, no bits set after the prefix, no IPv4-mapped IPv6 addresses. `undefined` if
 * the text is not an IP range.
 */
export function parseCidr(range: string): Block | undefined {
    const [, ip = "", digits = ""] = /^([^/%]+)\/(0|[1-9]\d{0,2})$/.exec(range) ?? [];
    const family = isIPv4(ip) ? 4 : isIPv6(ip) ? 6 : undefined;
    const prefix = Number(digits);
    if (family === undefined || prefix > BITS[family]) {
        return undefined;
    }
    const address = family === 4 ? addressOf4(ip) : addressOf6(ip);
    const mapped = family === 6 && address >> 32n === 0xffffn;
    const hostBits = address & ((1n << BigInt(BITS[family] - prefix)) - 1n);
    return mapped || hostBits !== 0n ? undefined : { family, address, prefix };
}

/** Whether `inner` is a strict subset of `outer`; false if either is not an IP range. */
export function isStrictlyWithin(inner: string, outer: string): boolean {
    const [small, large] = [parseCidr(inner), parseCidr(outer)];
    if (small === undefined || large?.family !== small.family || small.prefix <= large.prefix) {
        return false;
    }
    const shift = BigInt(BITS[large.family] - large.prefix);
    return small.address >> shift === large.address >> shift;
}

function addressOf4(ip: string): bigint {
    return ip.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
}

function addressOf6(ip: string): bigint {
    // A URL normalizes an address to groups of hex digits, even one that ends in IPv4 notation.
    const [head = "", tail] = new URL(`http://[${ip}]`).hostname.slice(1, -1).split("::");
    const groups = (part: string) => part.split(":").filter((group) => group !== "");
    const [front, back] = [groups(head), groups(tail ?? "")];
    const zeros = Array<string>(8 - front.length - back.length).fill("0");
    return [...front, ...zeros, ...back].reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n);
}

const CIDR = "an IP range without bits after its prefix, e.g. 10.0.0.0/8 or 192.0.2.7/32";

/** An IP range, e.g. `10.0.0.0/8`. */
export const cidr = z.string({ error: CIDR }).refine((range) => parseCidr(range) !== undefined, { error: CIDR });

/** At least one IP range: in a NetworkPolicy, an empty list of peers matches every address. */
export const cidrs = z.array(cidr).min(1, { error: "at least one IP range" });

/** A host name or IPv4 address: RFC 1123 labels in upper or lower case, no leading or trailing dot. */
export const HOST =
    "(?=[^:/]{1,253}(?:[:/]|$))[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*";

const HTTP_HOST = `(?:${HOST}|\\[[0-9a-fA-F:.]+\\])`;

/**
 * Schema of a URL with a host that can be connected to: no user information, no port 0, no spaces or control
 * characters.
 */
function url(scheme: string, allowed: string) {
    const pattern = new RegExp(
        `^${scheme}://${HTTP_HOST}(?::[1-9]\\d{0,4})?(?:[/?#][\\w.~!$&'()*+,;=:@%/?#\\[\\]-]*)?$`,
    );
    return z
        .string({ error: allowed })
        .max(2048, { error: allowed })
        .refine((given) => pattern.test(given) && URL.canParse(given), { error: allowed });
}

/** A URL with scheme `http` or `https`. */
export const httpUrl = url("https?", "an http or https URL with a host name and without user name");

/** A URL with scheme `https`. */
export const httpsUrl = url("https", "an https URL with a host name and without user name");

const SERVER = "host:port, e.g. smtp.example.com:587";

/** Schema of a host with its port. */
export function hostAndPort(what: string) {
    const error = `${SERVER}: the address of ${what}`;
    const pattern = new RegExp(`^${HOST}:([1-9]\\d{0,4})$`);
    return z.string({ error }).refine((given) => Number(pattern.exec(given)?.[1] ?? 65_536) <= 65_535, { error });
}

/**
 * The name of a SPIFFE trust domain: no scheme, no path, no upper case (SPIFFE-ID specification, 2.1). Its parts must
 * not start or end with a punctuation mark, because the name becomes part of object names.
 */
export const trustDomain = text(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9_-]*[a-z0-9])?)*$/,
    "a SPIFFE trust domain: lower-case letters, digits, '.', '-' and '_', without spiffe:// and without dots at the ends",
);
