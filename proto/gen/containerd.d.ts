import * as $protobuf from "protobufjs/minimal.js";


/** Namespace containerd. */
export namespace containerd {

    /** Namespace services. */
    namespace services {

        /** Namespace containers. */
        namespace containers {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a Container.
                 * @deprecated Use containerd.services.containers.v1.Container.$Properties instead.
                 */
                interface IContainer extends containerd.services.containers.v1.Container.$Properties {
                }

                /** Represents a Container. */
                class Container {

                    /**
                     * Constructs a new Container.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.containers.v1.Container.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Container id. */
                    id: string;

                    /** Container labels. */
                    labels: { [k: string]: string };

                    /** Container image. */
                    image: string;

                    /** Container snapshotter. */
                    snapshotter: string;

                    /** Container snapshotKey. */
                    snapshotKey: string;

                    /**
                     * Encodes the specified Container message. Does not implicitly {@link containerd.services.containers.v1.Container.verify|verify} messages.
                     * @param message Container message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.containers.v1.Container.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a Container message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.containers.v1.Container & containerd.services.containers.v1.Container.$Shape} Container
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.containers.v1.Container & containerd.services.containers.v1.Container.$Shape;
                }

                namespace Container {

                    /** Properties of a Container. */
                    interface $Properties {

                        /** Container id */
                        id?: (string|null);

                        /** Container labels */
                        labels?: ({ [k: string]: string }|null);

                        /** Container image */
                        image?: (string|null);

                        /** Container snapshotter */
                        snapshotter?: (string|null);

                        /** Container snapshotKey */
                        snapshotKey?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a Container. */
                    type $Shape = containerd.services.containers.v1.Container.$Properties;
                }

                /**
                 * Properties of a GetContainerRequest.
                 * @deprecated Use containerd.services.containers.v1.GetContainerRequest.$Properties instead.
                 */
                interface IGetContainerRequest extends containerd.services.containers.v1.GetContainerRequest.$Properties {
                }

                /** Represents a GetContainerRequest. */
                class GetContainerRequest {

                    /**
                     * Constructs a new GetContainerRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.containers.v1.GetContainerRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GetContainerRequest id. */
                    id: string;

                    /**
                     * Encodes the specified GetContainerRequest message. Does not implicitly {@link containerd.services.containers.v1.GetContainerRequest.verify|verify} messages.
                     * @param message GetContainerRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.containers.v1.GetContainerRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GetContainerRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.containers.v1.GetContainerRequest & containerd.services.containers.v1.GetContainerRequest.$Shape} GetContainerRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.containers.v1.GetContainerRequest & containerd.services.containers.v1.GetContainerRequest.$Shape;
                }

                namespace GetContainerRequest {

                    /** Properties of a GetContainerRequest. */
                    interface $Properties {

                        /** GetContainerRequest id */
                        id?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a GetContainerRequest. */
                    type $Shape = containerd.services.containers.v1.GetContainerRequest.$Properties;
                }

                /**
                 * Properties of a GetContainerResponse.
                 * @deprecated Use containerd.services.containers.v1.GetContainerResponse.$Properties instead.
                 */
                interface IGetContainerResponse extends containerd.services.containers.v1.GetContainerResponse.$Properties {
                }

                /** Represents a GetContainerResponse. */
                class GetContainerResponse {

                    /**
                     * Constructs a new GetContainerResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.containers.v1.GetContainerResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GetContainerResponse container. */
                    container?: (containerd.services.containers.v1.Container.$Properties|null);

                    /**
                     * Encodes the specified GetContainerResponse message. Does not implicitly {@link containerd.services.containers.v1.GetContainerResponse.verify|verify} messages.
                     * @param message GetContainerResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.containers.v1.GetContainerResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GetContainerResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.containers.v1.GetContainerResponse & containerd.services.containers.v1.GetContainerResponse.$Shape} GetContainerResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.containers.v1.GetContainerResponse & containerd.services.containers.v1.GetContainerResponse.$Shape;
                }

                namespace GetContainerResponse {

                    /** Properties of a GetContainerResponse. */
                    interface $Properties {

                        /** GetContainerResponse container */
                        container?: (containerd.services.containers.v1.Container.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a GetContainerResponse. */
                    type $Shape = containerd.services.containers.v1.GetContainerResponse.$Properties;
                }
            }
        }

        /** Namespace images. */
        namespace images {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of an Image.
                 * @deprecated Use containerd.services.images.v1.Image.$Properties instead.
                 */
                interface IImage extends containerd.services.images.v1.Image.$Properties {
                }

                /** Represents an Image. */
                class Image {

                    /**
                     * Constructs a new Image.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.images.v1.Image.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Image name. */
                    name: string;

                    /** Image labels. */
                    labels: { [k: string]: string };

                    /** Image target. */
                    target?: (containerd.types.Descriptor.$Properties|null);

                    /**
                     * Encodes the specified Image message. Does not implicitly {@link containerd.services.images.v1.Image.verify|verify} messages.
                     * @param message Image message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.images.v1.Image.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an Image message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.images.v1.Image & containerd.services.images.v1.Image.$Shape} Image
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.images.v1.Image & containerd.services.images.v1.Image.$Shape;
                }

                namespace Image {

                    /** Properties of an Image. */
                    interface $Properties {

                        /** Image name */
                        name?: (string|null);

                        /** Image labels */
                        labels?: ({ [k: string]: string }|null);

                        /** Image target */
                        target?: (containerd.types.Descriptor.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an Image. */
                    type $Shape = containerd.services.images.v1.Image.$Properties;
                }

                /**
                 * Properties of a GetImageRequest.
                 * @deprecated Use containerd.services.images.v1.GetImageRequest.$Properties instead.
                 */
                interface IGetImageRequest extends containerd.services.images.v1.GetImageRequest.$Properties {
                }

                /** Represents a GetImageRequest. */
                class GetImageRequest {

                    /**
                     * Constructs a new GetImageRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.images.v1.GetImageRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GetImageRequest name. */
                    name: string;

                    /**
                     * Encodes the specified GetImageRequest message. Does not implicitly {@link containerd.services.images.v1.GetImageRequest.verify|verify} messages.
                     * @param message GetImageRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.images.v1.GetImageRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GetImageRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.images.v1.GetImageRequest & containerd.services.images.v1.GetImageRequest.$Shape} GetImageRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.images.v1.GetImageRequest & containerd.services.images.v1.GetImageRequest.$Shape;
                }

                namespace GetImageRequest {

                    /** Properties of a GetImageRequest. */
                    interface $Properties {

                        /** GetImageRequest name */
                        name?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a GetImageRequest. */
                    type $Shape = containerd.services.images.v1.GetImageRequest.$Properties;
                }

                /**
                 * Properties of a GetImageResponse.
                 * @deprecated Use containerd.services.images.v1.GetImageResponse.$Properties instead.
                 */
                interface IGetImageResponse extends containerd.services.images.v1.GetImageResponse.$Properties {
                }

                /** Represents a GetImageResponse. */
                class GetImageResponse {

                    /**
                     * Constructs a new GetImageResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.images.v1.GetImageResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** GetImageResponse image. */
                    image?: (containerd.services.images.v1.Image.$Properties|null);

                    /**
                     * Encodes the specified GetImageResponse message. Does not implicitly {@link containerd.services.images.v1.GetImageResponse.verify|verify} messages.
                     * @param message GetImageResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.images.v1.GetImageResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a GetImageResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.images.v1.GetImageResponse & containerd.services.images.v1.GetImageResponse.$Shape} GetImageResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.images.v1.GetImageResponse & containerd.services.images.v1.GetImageResponse.$Shape;
                }

                namespace GetImageResponse {

                    /** Properties of a GetImageResponse. */
                    interface $Properties {

                        /** GetImageResponse image */
                        image?: (containerd.services.images.v1.Image.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a GetImageResponse. */
                    type $Shape = containerd.services.images.v1.GetImageResponse.$Properties;
                }
            }
        }

        /** Namespace content. */
        namespace content {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of an Info.
                 * @deprecated Use containerd.services.content.v1.Info.$Properties instead.
                 */
                interface IInfo extends containerd.services.content.v1.Info.$Properties {
                }

                /** Represents an Info. */
                class Info {

                    /**
                     * Constructs a new Info.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.content.v1.Info.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** Info digest. */
                    digest: string;

                    /** Info size. */
                    size: number;

                    /** Info labels. */
                    labels: { [k: string]: string };

                    /**
                     * Encodes the specified Info message. Does not implicitly {@link containerd.services.content.v1.Info.verify|verify} messages.
                     * @param message Info message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.content.v1.Info.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an Info message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.content.v1.Info & containerd.services.content.v1.Info.$Shape} Info
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.content.v1.Info & containerd.services.content.v1.Info.$Shape;
                }

                namespace Info {

                    /** Properties of an Info. */
                    interface $Properties {

                        /** Info digest */
                        digest?: (string|null);

                        /** Info size */
                        size?: (number|null);

                        /** Info labels */
                        labels?: ({ [k: string]: string }|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an Info. */
                    type $Shape = containerd.services.content.v1.Info.$Properties;
                }

                /**
                 * Properties of an InfoRequest.
                 * @deprecated Use containerd.services.content.v1.InfoRequest.$Properties instead.
                 */
                interface IInfoRequest extends containerd.services.content.v1.InfoRequest.$Properties {
                }

                /** Represents an InfoRequest. */
                class InfoRequest {

                    /**
                     * Constructs a new InfoRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.content.v1.InfoRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InfoRequest digest. */
                    digest: string;

                    /**
                     * Encodes the specified InfoRequest message. Does not implicitly {@link containerd.services.content.v1.InfoRequest.verify|verify} messages.
                     * @param message InfoRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.content.v1.InfoRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InfoRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.content.v1.InfoRequest & containerd.services.content.v1.InfoRequest.$Shape} InfoRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.content.v1.InfoRequest & containerd.services.content.v1.InfoRequest.$Shape;
                }

                namespace InfoRequest {

                    /** Properties of an InfoRequest. */
                    interface $Properties {

                        /** InfoRequest digest */
                        digest?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InfoRequest. */
                    type $Shape = containerd.services.content.v1.InfoRequest.$Properties;
                }

                /**
                 * Properties of an InfoResponse.
                 * @deprecated Use containerd.services.content.v1.InfoResponse.$Properties instead.
                 */
                interface IInfoResponse extends containerd.services.content.v1.InfoResponse.$Properties {
                }

                /** Represents an InfoResponse. */
                class InfoResponse {

                    /**
                     * Constructs a new InfoResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.content.v1.InfoResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** InfoResponse info. */
                    info?: (containerd.services.content.v1.Info.$Properties|null);

                    /**
                     * Encodes the specified InfoResponse message. Does not implicitly {@link containerd.services.content.v1.InfoResponse.verify|verify} messages.
                     * @param message InfoResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.content.v1.InfoResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes an InfoResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.content.v1.InfoResponse & containerd.services.content.v1.InfoResponse.$Shape} InfoResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.content.v1.InfoResponse & containerd.services.content.v1.InfoResponse.$Shape;
                }

                namespace InfoResponse {

                    /** Properties of an InfoResponse. */
                    interface $Properties {

                        /** InfoResponse info */
                        info?: (containerd.services.content.v1.Info.$Properties|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of an InfoResponse. */
                    type $Shape = containerd.services.content.v1.InfoResponse.$Properties;
                }

                /**
                 * Properties of a ReadContentRequest.
                 * @deprecated Use containerd.services.content.v1.ReadContentRequest.$Properties instead.
                 */
                interface IReadContentRequest extends containerd.services.content.v1.ReadContentRequest.$Properties {
                }

                /** Represents a ReadContentRequest. */
                class ReadContentRequest {

                    /**
                     * Constructs a new ReadContentRequest.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.content.v1.ReadContentRequest.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ReadContentRequest digest. */
                    digest: string;

                    /** ReadContentRequest offset. */
                    offset: number;

                    /** ReadContentRequest size. */
                    size: number;

                    /**
                     * Encodes the specified ReadContentRequest message. Does not implicitly {@link containerd.services.content.v1.ReadContentRequest.verify|verify} messages.
                     * @param message ReadContentRequest message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.content.v1.ReadContentRequest.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ReadContentRequest message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.content.v1.ReadContentRequest & containerd.services.content.v1.ReadContentRequest.$Shape} ReadContentRequest
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.content.v1.ReadContentRequest & containerd.services.content.v1.ReadContentRequest.$Shape;
                }

                namespace ReadContentRequest {

                    /** Properties of a ReadContentRequest. */
                    interface $Properties {

                        /** ReadContentRequest digest */
                        digest?: (string|null);

                        /** ReadContentRequest offset */
                        offset?: (number|null);

                        /** ReadContentRequest size */
                        size?: (number|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ReadContentRequest. */
                    type $Shape = containerd.services.content.v1.ReadContentRequest.$Properties;
                }

                /**
                 * Properties of a ReadContentResponse.
                 * @deprecated Use containerd.services.content.v1.ReadContentResponse.$Properties instead.
                 */
                interface IReadContentResponse extends containerd.services.content.v1.ReadContentResponse.$Properties {
                }

                /** Represents a ReadContentResponse. */
                class ReadContentResponse {

                    /**
                     * Constructs a new ReadContentResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.content.v1.ReadContentResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** ReadContentResponse offset. */
                    offset: number;

                    /** ReadContentResponse data. */
                    data: Uint8Array;

                    /**
                     * Encodes the specified ReadContentResponse message. Does not implicitly {@link containerd.services.content.v1.ReadContentResponse.verify|verify} messages.
                     * @param message ReadContentResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.content.v1.ReadContentResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a ReadContentResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.content.v1.ReadContentResponse & containerd.services.content.v1.ReadContentResponse.$Shape} ReadContentResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.content.v1.ReadContentResponse & containerd.services.content.v1.ReadContentResponse.$Shape;
                }

                namespace ReadContentResponse {

                    /** Properties of a ReadContentResponse. */
                    interface $Properties {

                        /** ReadContentResponse offset */
                        offset?: (number|null);

                        /** ReadContentResponse data */
                        data?: (Uint8Array|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a ReadContentResponse. */
                    type $Shape = containerd.services.content.v1.ReadContentResponse.$Properties;
                }
            }
        }

        /** Namespace version. */
        namespace version {

            /** Namespace v1. */
            namespace v1 {

                /**
                 * Properties of a VersionResponse.
                 * @deprecated Use containerd.services.version.v1.VersionResponse.$Properties instead.
                 */
                interface IVersionResponse extends containerd.services.version.v1.VersionResponse.$Properties {
                }

                /** Represents a VersionResponse. */
                class VersionResponse {

                    /**
                     * Constructs a new VersionResponse.
                     * @param [properties] Properties to set
                     */
                    constructor(properties?: containerd.services.version.v1.VersionResponse.$Properties);

                    /** Unknown fields preserved while decoding when enabled */
                    $unknowns?: Uint8Array[];

                    /** VersionResponse version. */
                    version: string;

                    /**
                     * Encodes the specified VersionResponse message. Does not implicitly {@link containerd.services.version.v1.VersionResponse.verify|verify} messages.
                     * @param message VersionResponse message or plain object to encode
                     * @param [writer] Writer to encode to
                     * @returns Writer
                     */
                    static encode(message: containerd.services.version.v1.VersionResponse.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

                    /**
                     * Decodes a VersionResponse message from the specified reader or buffer.
                     * @param reader Reader or buffer to decode from
                     * @param [length] Message length if known beforehand
                     * @returns {containerd.services.version.v1.VersionResponse & containerd.services.version.v1.VersionResponse.$Shape} VersionResponse
                     * @throws {Error} If the payload is not a reader or valid buffer
                     * @throws {$protobuf.util.ProtocolError} If required fields are missing
                     */
                    static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.services.version.v1.VersionResponse & containerd.services.version.v1.VersionResponse.$Shape;
                }

                namespace VersionResponse {

                    /** Properties of a VersionResponse. */
                    interface $Properties {

                        /** VersionResponse version */
                        version?: (string|null);

                        /** Unknown fields preserved while decoding when enabled */
                        $unknowns?: Uint8Array[];
                    }

                    /** Shape of a VersionResponse. */
                    type $Shape = containerd.services.version.v1.VersionResponse.$Properties;
                }
            }
        }
    }

    /** Namespace types. */
    namespace types {

        /**
         * Properties of a Descriptor.
         * @deprecated Use containerd.types.Descriptor.$Properties instead.
         */
        interface IDescriptor extends containerd.types.Descriptor.$Properties {
        }

        /** Represents a Descriptor. */
        class Descriptor {

            /**
             * Constructs a new Descriptor.
             * @param [properties] Properties to set
             */
            constructor(properties?: containerd.types.Descriptor.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /** Descriptor mediaType. */
            mediaType: string;

            /** Descriptor digest. */
            digest: string;

            /** Descriptor size. */
            size: number;

            /** Descriptor annotations. */
            annotations: { [k: string]: string };

            /**
             * Encodes the specified Descriptor message. Does not implicitly {@link containerd.types.Descriptor.verify|verify} messages.
             * @param message Descriptor message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: containerd.types.Descriptor.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes a Descriptor message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {containerd.types.Descriptor & containerd.types.Descriptor.$Shape} Descriptor
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): containerd.types.Descriptor & containerd.types.Descriptor.$Shape;
        }

        namespace Descriptor {

            /** Properties of a Descriptor. */
            interface $Properties {

                /** Descriptor mediaType */
                mediaType?: (string|null);

                /** Descriptor digest */
                digest?: (string|null);

                /** Descriptor size */
                size?: (number|null);

                /** Descriptor annotations */
                annotations?: ({ [k: string]: string }|null);

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of a Descriptor. */
            type $Shape = containerd.types.Descriptor.$Properties;
        }
    }
}

/** Namespace google. */
export namespace google {

    /** Namespace protobuf. */
    namespace protobuf {

        /**
         * Properties of an Empty.
         * @deprecated Use google.protobuf.Empty.$Properties instead.
         */
        interface IEmpty extends google.protobuf.Empty.$Properties {
        }

        /** Represents an Empty. */
        class Empty {

            /**
             * Constructs a new Empty.
             * @param [properties] Properties to set
             */
            constructor(properties?: google.protobuf.Empty.$Properties);

            /** Unknown fields preserved while decoding when enabled */
            $unknowns?: Uint8Array[];

            /**
             * Encodes the specified Empty message. Does not implicitly {@link google.protobuf.Empty.verify|verify} messages.
             * @param message Empty message or plain object to encode
             * @param [writer] Writer to encode to
             * @returns Writer
             */
            static encode(message: google.protobuf.Empty.$Properties, writer?: $protobuf.Writer): $protobuf.Writer;

            /**
             * Decodes an Empty message from the specified reader or buffer.
             * @param reader Reader or buffer to decode from
             * @param [length] Message length if known beforehand
             * @returns {google.protobuf.Empty & google.protobuf.Empty.$Shape} Empty
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            static decode(reader: ($protobuf.Reader|Uint8Array), length?: number): google.protobuf.Empty & google.protobuf.Empty.$Shape;
        }

        namespace Empty {

            /** Properties of an Empty. */
            interface $Properties {

                /** Unknown fields preserved while decoding when enabled */
                $unknowns?: Uint8Array[];
            }

            /** Shape of an Empty. */
            type $Shape = google.protobuf.Empty.$Properties;
        }
    }
}
