import * as $protobuf from "protobufjs/minimal.js";


/** Namespace containerd. */
export namespace containerd {

    /** Namespace runc. */
    namespace runc {

        /** Namespace v1. */
        namespace v1 {

            /**
             * Properties of an Options.
             * @deprecated Use containerd.runc.v1.Options.$Properties instead.
             */
            interface IOptions extends containerd.runc.v1.Options.$Properties {
            }

            /** Represents an Options. */
            class Options {

                /**
                 * Constructs a new Options.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: containerd.runc.v1.Options.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** Options noPivotRoot. */
                noPivotRoot: boolean;

                /** Options noNewKeyring. */
                noNewKeyring: boolean;

                /** Options shimCgroup. */
                shimCgroup: string;

                /** Options ioUid. */
                ioUid: number;

                /** Options ioGid. */
                ioGid: number;

                /** Options binaryName. */
                binaryName: string;

                /** Options root. */
                root: string;

                /** Options systemdCgroup. */
                systemdCgroup: boolean;

                /**
                 * Encodes the specified Options message. Does not implicitly {@link containerd.runc.v1.Options.verify|verify} messages.
                 * @param message Options message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: containerd.runc.v1.Options.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes an Options message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {containerd.runc.v1.Options & containerd.runc.v1.Options.$Shape} Options
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.runc.v1.Options & containerd.runc.v1.Options.$Shape;
            }

            namespace Options {

                /** Properties of an Options. */
                interface $Properties {

                    /** Options noPivotRoot */
                    noPivotRoot?: (boolean|null);

                    /** Options noNewKeyring */
                    noNewKeyring?: (boolean|null);

                    /** Options shimCgroup */
                    shimCgroup?: (string|null);

                    /** Options ioUid */
                    ioUid?: (number|null);

                    /** Options ioGid */
                    ioGid?: (number|null);

                    /** Options binaryName */
                    binaryName?: (string|null);

                    /** Options root */
                    root?: (string|null);

                    /** Options systemdCgroup */
                    systemdCgroup?: (boolean|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of an Options. */
                type $Shape = containerd.runc.v1.Options.$Properties;
            }

            /**
             * Properties of a ProcessDetails.
             * @deprecated Use containerd.runc.v1.ProcessDetails.$Properties instead.
             */
            interface IProcessDetails extends containerd.runc.v1.ProcessDetails.$Properties {
            }

            /** Represents a ProcessDetails. */
            class ProcessDetails {

                /**
                 * Constructs a new ProcessDetails.
                 * @param [properties] Properties to set
                 */
                constructor(properties?: containerd.runc.v1.ProcessDetails.$Properties);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];

                /** ProcessDetails execId. */
                execId: string;

                /**
                 * Encodes the specified ProcessDetails message. Does not implicitly {@link containerd.runc.v1.ProcessDetails.verify|verify} messages.
                 * @param message ProcessDetails message or plain object to encode
                 * @param [writer] Writer to encode to
                 * @returns Writer
                 */
                static encode(message: containerd.runc.v1.ProcessDetails.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                /**
                 * Decodes a ProcessDetails message from the specified reader or buffer.
                 * @param reader Reader or buffer to decode from
                 * @param [length] Message length if known beforehand
                 * @returns {containerd.runc.v1.ProcessDetails & containerd.runc.v1.ProcessDetails.$Shape} ProcessDetails
                 * @throws {Error} If the payload is not a reader or valid buffer
                 * @throws {$protobuf.util.ProtocolError} If required fields are missing
                 */
                static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.runc.v1.ProcessDetails & containerd.runc.v1.ProcessDetails.$Shape;
            }

            namespace ProcessDetails {

                /** Properties of a ProcessDetails. */
                interface $Properties {

                    /** ProcessDetails execId */
                    execId?: (string|null);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];
                }

                /** Shape of a ProcessDetails. */
                type $Shape = containerd.runc.v1.ProcessDetails.$Properties;
            }
        }
    }
}

/** Namespace runtimeoptions. */
export namespace runtimeoptions {

    /** Namespace v1. */
    namespace v1 {

        /**
         * Properties of an Options.
         * @deprecated Use runtimeoptions.v1.Options.$Properties instead.
         */
        interface IOptions extends runtimeoptions.v1.Options.$Properties {
        }

        /** Represents an Options. */
        class Options {

            /**
             * Constructs a new Options.
             * @param [properties] Properties to set
             */
            constructor(properties?: runtimeoptions.v1.Options.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Options typeUrl. */
            typeUrl: string;

            /** Options configPath. */
            configPath: string;

            /** Options configBody. */
            configBody: Uint8Array;

            /**
             * Encodes the specified Options message. Does not implicitly {@link runtimeoptions.v1.Options.verify|verify} messages.
             * @param message Options message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: runtimeoptions.v1.Options.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Options message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {runtimeoptions.v1.Options & runtimeoptions.v1.Options.$Shape} Options
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): runtimeoptions.v1.Options & runtimeoptions.v1.Options.$Shape;
        }

        namespace Options {

            /** Properties of an Options. */
            interface $Properties {

                /** Options typeUrl */
                typeUrl?: (string|null);

                /** Options configPath */
                configPath?: (string|null);

                /** Options configBody */
                configBody?: (Uint8Array|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Options. */
            type $Shape = runtimeoptions.v1.Options.$Properties;
        }
    }
}
