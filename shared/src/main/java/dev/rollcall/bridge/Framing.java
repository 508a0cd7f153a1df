package dev.rollcall.bridge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonArray;
import java.util.Arrays;
import java.util.List;

/** How messages lie in the WebSocket frames that carry them. */
enum Framing {
  /** A message is a frame. */
  RAW {
    @Override
    ByteBuf frame(List<Encoded> messages, ByteBufAllocator allocator) {
      int bytes = 0;
      for (Encoded message : messages) {
        bytes += WireFrames.MAX_HEADER_BYTES + message.length();
      }
      ByteBuf frames = allocator.directBuffer(bytes);
      for (Encoded message : messages) {
        WireFrames.beginText(message.length(), frames);
        frames.writeBytes(message.json());
      }
      return frames;
    }

    @Override
    List<Buffer> messages(Buffer frame) {
      return List.of(frame);
    }
  },

  /** All messages that go out together are one frame, {@code a["…","…"]}, as SockJS has it. */
  SOCKJS {
    @Override
    ByteBuf frame(List<Encoded> messages, ByteBufAllocator allocator) {
      int bytes = 2;
      for (Encoded message : messages) {
        bytes += message.quoted().length + 1;
      }
      ByteBuf frame = allocator.directBuffer(WireFrames.MAX_HEADER_BYTES + bytes);
      WireFrames.beginText(bytes, frame);
      frame.writeByte('a');
      char before = '[';
      for (Encoded message : messages) {
        frame.writeByte(before).writeBytes(message.quoted());
        before = ',';
      }
      return frame.writeByte(']');
    }

    @Override
    List<Buffer> messages(Buffer frame) {
      Object said = frame.length() == 0 ? new JsonArray() : Json.decodeValue(frame);
      List<?> texts = said instanceof JsonArray array ? array.getList() : Arrays.asList(said);
      return texts.stream().map(Framing::message).toList();
    }
  };

  /** Returns a buffer with all these messages, which the caller releases. */
  abstract ByteBuf frame(List<Encoded> messages, ByteBufAllocator allocator);

  /**
   * Returns the messages that a client's frame carries.
   *
   * @throws DecodeException when it is not such a frame
   */
  abstract List<Buffer> messages(Buffer frame);

  private static Buffer message(Object said) {
    if (said instanceof String text) {
      return Buffer.buffer(text);
    }
    throw new DecodeException("a message is a text");
  }
}
