import { isUnknown } from "./unknown";

/** A field that cannot be read: {@link UnknownField} or {@link MalformedField}. */
export abstract class FieldError extends Error {
    /** @param field The field that cannot be read. */
    constructor(
        readonly field: Field,
        message: string,
    ) {
        super(message);
    }
}

/** The value is known only during the update. */
export class UnknownField extends FieldError {
    constructor(field: Field) {
        super(field, `${field.path} is not known yet`);
    }
}

/** The value has a type that Kubernetes does not accept there. */
export class MalformedField extends FieldError {
    /** @param problem What is wrong, as the end of a sentence that starts with the path. Must not contain the value. */
    constructor(
        field: Field,
        readonly problem: string,
    ) {
        super(field, `${field.path} ${problem}`);
    }
}

/**
 * A field of an untrusted object. Navigation never fails: a field below an unset one is unset. Reading throws a {@link
 * FieldError} when the value, or anything above it, is unknown or has the wrong type, so a rule that does not handle
 * those cases cannot pass by accident.
 */
export class Field {
    /**
     * @param raw The value; `null` and `undefined` mean unset, as they do in Kubernetes.
     * @param above The parent field; none for the root.
     * @param key Key or index in the parent.
     * @param container Name of the container that the field belongs to, if any.
     * @param fault Why nothing below can be read, inherited from above.
     */
    constructor(
        private readonly raw: unknown,
        private readonly above?: Field,
        private readonly key: string | number = "",
        readonly container?: string,
        private readonly fault?: FieldError,
    ) {}

    /** Path from the root of the object, e.g. `spec.containers[0].image`; empty for the root. */
    get path(): string {
        // Built on demand: most fields that a rule reads are valid.
        return this.above === undefined ? "" : join(this.above.path, this.key);
    }

    /** The field at these keys. */
    at(...keys: readonly string[]): Field {
        return keys.length === 1 && keys[0] !== undefined
            ? this.child(keys[0])
            : keys.reduce<Field>((field, key) => field.child(key), this);
    }

    /** The same field, as part of a container. */
    inContainer(container: string | undefined): Field {
        return new Field(this.raw, this.above, this.key, container, this.fault);
    }

    /** Whether there is a value. */
    isSet(): boolean {
        return this.read() !== undefined;
    }

    /** The boolean, or `undefined` when unset. */
    boolean(): boolean | undefined {
        const value = this.read();
        if (value === undefined || typeof value === "boolean") {
            return value;
        }
        throw this.malformed("true or false", value);
    }

    /** The string, or `undefined` when unset. */
    string(): string | undefined {
        const value = this.read();
        if (value === undefined || typeof value === "string") {
            return value;
        }
        throw this.malformed("a string", value);
    }

    /** The number, or `undefined` when unset. */
    number(): number | undefined {
        const value = this.read();
        if (value === undefined) {
            return undefined;
        }
        if (typeof value !== "number") {
            throw this.malformed("a number", value);
        }
        // YAML has .nan and .inf.
        if (!Number.isFinite(value)) {
            throw new MalformedField(this, "must be a finite number");
        }
        return value;
    }

    /** The list of strings, empty when unset. */
    strings(): string[] {
        return this.items().map((item) => item.string() ?? "");
    }

    /** The text of a string or number, or `undefined` when unset. Quantities may be either. */
    text(): string | undefined {
        const value = this.read();
        if (value === undefined || typeof value === "string") {
            return value;
        }
        if (typeof value === "number") {
            return String(value);
        }
        throw this.malformed("a string", value);
    }

    /** The string if it can be read, else `undefined`; never throws. For names in messages. */
    label(): string | undefined {
        return this.fault === undefined && typeof this.raw === "string" && !isUnknown(this.raw) ? this.raw : undefined;
    }

    /** The elements of a list, none when unset. */
    items(): Field[] {
        const value = this.read() ?? [];
        if (!Array.isArray(value)) {
            throw this.malformed("a list", value);
        }
        return value.map((item: unknown, key) => new Field(item, this, key, this.container));
    }

    /** The entries of a map, none when unset. */
    entries(): [string, Field][] {
        const value = this.read() ?? {};
        if (!isObject(value)) {
            throw this.malformed("an object", value);
        }
        return Object.keys(value).map((key) => [key, this.child(key)]);
    }

    /** The direct children, whatever the type; none for a plain value. Never throws: for searching unknown shapes. */
    children(): Field[] {
        if (this.fault !== undefined) {
            return [];
        }
        if (Array.isArray(this.raw)) {
            return this.items();
        }
        return isObject(this.raw) ? Object.keys(this.raw).map((key) => this.child(key)) : [];
    }

    /** The plain value at a key, `undefined` when there is none. Never throws: for recognizing unknown shapes. */
    peek(key: string): unknown {
        return this.fault === undefined && isObject(this.raw) && Object.hasOwn(this.raw, key)
            ? this.raw[key]
            : undefined;
    }

    /** The value itself, for comparing two fields. Throws like every read, but not for anything below it. */
    value(): unknown {
        return this.read();
    }

    private child(key: string): Field {
        if (this.fault === undefined && isObject(this.raw)) {
            return new Field(Object.hasOwn(this.raw, key) ? this.raw[key] : undefined, this, key, this.container);
        }
        return new Field(undefined, this, key, this.container, this.fault ?? this.obstacle());
    }

    /** Why a value that is not an object has no children; `undefined` for an unset value. */
    private obstacle(): FieldError | undefined {
        if (this.raw === undefined || this.raw === null) {
            return undefined;
        }
        return isUnknown(this.raw) ? new UnknownField(this) : this.malformed("an object", this.raw);
    }

    private read(): unknown {
        if (this.fault !== undefined) {
            throw this.fault;
        }
        if (isUnknown(this.raw)) {
            throw new UnknownField(this);
        }
        return this.raw ?? undefined;
    }

    private malformed(expected: string, value: unknown): MalformedField {
        return new MalformedField(this, `must be ${expected}, not ${typeName(value)}`);
    }
}

/** Whether a value is an object: neither a list nor `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Joins a path and a key; an index, or a key that is not an identifier, goes in brackets. */
function join(path: string, key: string | number): string {
    if (typeof key === "number") {
        return `${path}[${key}]`;
    }
    if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(key)) {
        return `${path}[${JSON.stringify(key)}]`;
    }
    return path === "" ? key : `${path}.${key}`;
}

/** Description of a value's type. Never the value, which may be secret. */
function typeName(value: unknown): string {
    if (Array.isArray(value)) {
        return "a list";
    }
    return typeof value === "object" ? "an object" : `a ${typeof value}`;
}
