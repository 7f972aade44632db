import { generateKeyPairSync, sign } from "node:crypto";

/** A private key and a certificate for it, both PEM. */
interface KeyPair {
    readonly key: string;
    readonly cert: string;
}

/** DER: a tag, the length of what follows, and that. */
function der(tag: number, ...parts: Buffer[]): Buffer {
    const body = Buffer.concat(parts);
    const bytes = body.length < 0x100 ? [body.length] : [body.length >> 8, body.length & 0xff];
    const length = body.length < 0x80 ? bytes : [0x80 + bytes.length, ...bytes];
    return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);

/** OID 1.2.840.10045.4.3.2, ecdsa-with-SHA256 (RFC 5758). */
const ALGORITHM = sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));

/** The name CN=test; 2.5.4.3 is the OID of the common name. */
const NAME = sequence(der(0x31, sequence(der(0x06, Buffer.from("550403", "hex")), der(0x0c, Buffer.from("test")))));

/** OID 2.5.29.17, subjectAltName, with the address 127.0.0.1 (RFC 5280, 4.2.1.6). */
const LOCAL_ADDRESS = sequence(
    der(0x06, Buffer.from("551d11", "hex")),
    der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])))),
);

/**
 * A certificate for the name `test` that no client trusts by default, generated each time so that no key is stored in
 * the repository.
 * @param until Last day, as YYMMDD; by default it has expired long ago.
 * @param local Whether it is also for the address 127.0.0.1.
 */
export function selfSigned(until = "000102", { local = false } = {}): KeyPair {
    const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const day = (date: string) => der(0x17, Buffer.from(`${date}000000Z`));
    const certificate = sequence(
        // Version 3, the first with extensions.
        der(0xa0, der(0x02, Buffer.from([2]))),
        der(0x02, Buffer.from([1])),
        ALGORITHM,
        NAME,
        sequence(day("000101"), day(until)),
        NAME,
        publicKey.export({ type: "spki", format: "der" }),
        ...(local ? [der(0xa3, sequence(LOCAL_ADDRESS))] : []),
    );
    const signature = der(0x03, Buffer.from([0]), sign("sha256", certificate, privateKey));
    const base64 = sequence(certificate, ALGORITHM, signature).toString("base64");
    return {
        key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        cert: `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`,
    };
}
