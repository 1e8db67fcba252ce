/* The physical limit beside which the relay is measured: confirmed publishing from C (rabbitmq-c), persistent messages
   through the same exchange and routing key to the same quorum queue, a window of unconfirmed messages.
   usage: publish PORT VHOST USER PASSWORD EXCHANGE ROUTING_KEY COUNT BYTES WINDOW   (127.0.0.1) */
#include <amqp.h>
#include <amqp_framing.h>
#include <amqp_tcp_socket.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static void check(amqp_rpc_reply_t reply, const char *what) {
  if (reply.reply_type != AMQP_RESPONSE_NORMAL) {
    fprintf(stderr, "%s failed\n", what);
    exit(1);
  }
}

int main(int argc, char **argv) {
  if (argc != 10) {
    fprintf(stderr, "usage: publish PORT VHOST USER PASSWORD EXCHANGE ROUTING_KEY COUNT BYTES WINDOW\n");
    return 2;
  }
  long count = atol(argv[7]), window = atol(argv[9]), sent = 0, confirmed = 0;
  size_t bytes = (size_t)atol(argv[8]);
  char *body = malloc(bytes);
  memset(body, 'x', bytes);

  amqp_connection_state_t connection = amqp_new_connection();
  amqp_socket_t *socket = amqp_tcp_socket_new(connection);
  if (amqp_socket_open(socket, "127.0.0.1", atoi(argv[1]))) {
    fprintf(stderr, "no broker\n");
    return 1;
  }
  check(amqp_login(connection, argv[2], 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, argv[3], argv[4]), "login");
  amqp_channel_open(connection, 1);
  check(amqp_get_rpc_reply(connection), "channel");
  amqp_confirm_select(connection, 1);
  check(amqp_get_rpc_reply(connection), "confirm");

  amqp_basic_properties_t properties = {
      ._flags = AMQP_BASIC_DELIVERY_MODE_FLAG | AMQP_BASIC_CONTENT_TYPE_FLAG,
      .delivery_mode = 2,
      .content_type = amqp_cstring_bytes("application/cloudevents+json"),
  };
  amqp_bytes_t message = {bytes, body};
  double started = now();
  while (confirmed < count) {
    while (sent < count && sent - confirmed < window) {
      amqp_basic_publish(connection, 1, amqp_cstring_bytes(argv[5]), amqp_cstring_bytes(argv[6]), 0, 0, &properties,
                         message);
      sent++;
    }
    amqp_frame_t frame;
    struct timeval patience = {10, 0};
    if (amqp_simple_wait_frame_noblock(connection, &frame, &patience) != AMQP_STATUS_OK) {
      fprintf(stderr, "no confirm within 10 s, %ld of %ld confirmed\n", confirmed, count);
      return 1;
    }
    if (frame.frame_type == AMQP_FRAME_METHOD && frame.payload.method.id == AMQP_BASIC_ACK_METHOD) {
      amqp_basic_ack_t *ack = frame.payload.method.decoded;
      confirmed = ack->multiple ? (long)ack->delivery_tag : confirmed + 1;
    }
    amqp_maybe_release_buffers(connection);
  }
  printf("%.1f\n", count / (now() - started));
  amqp_connection_close(connection, AMQP_REPLY_SUCCESS);
  return 0;
}
