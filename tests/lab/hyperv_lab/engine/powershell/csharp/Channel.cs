// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections.Concurrent;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading;

namespace HyperVLab
{
    /// <summary>The simulation did not answer: the lab was stopped, or the token is not (or no longer) valid.</summary>
    public sealed class ChannelException : IOException
    {
        public ChannelException(string message, Exception inner) : base(message, inner) { }
    }

    /// <summary>
    /// One connection to the lab: requests and replies are JSON objects, one a line. Connections are kept and used again;
    /// pipelines that run side by side use one each, so a slow cmdlet holds up nobody else.
    /// </summary>
    internal sealed class Channel
    {
        private static readonly ConcurrentBag<Channel> Idle = new ConcurrentBag<Channel>();
        private static long epoch;

        private readonly Socket socket;
        private byte[] buffer = new byte[64 * 1024];
        private int start;
        private int end;

        private Channel()
        {
            string address = Environment.GetEnvironmentVariable("HYPERV_LAB_CHANNEL") ?? "";
            string token = Environment.GetEnvironmentVariable("HYPERV_LAB_TOKEN") ?? "";
            int colon = address.LastIndexOf(':');
            if (colon < 0)
            {
                throw new ChannelException("This PowerShell was not started by the lab: HYPERV_LAB_CHANNEL is not set.", null);
            }

            socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            socket.Connect(new IPEndPoint(IPAddress.Parse(address.Substring(0, colon)), int.Parse(address.Substring(colon + 1))));
            Exchange(writer =>
            {
                writer.WriteString("call", "hello");
                writer.WriteString("token", token);
            });
        }

        /// <summary>Grows with every call that may have changed something: what was read before is read again.</summary>
        internal static long Epoch => Interlocked.Read(ref epoch);

        internal static void SomethingMayHaveChanged() => Interlocked.Increment(ref epoch);

        /// <summary>
        /// Sends one request and gives the reply; `held` receives the connection, so that it can be cut to stop a wait, and
        /// `progress` what the simulation says meanwhile about how far it is.
        /// </summary>
        internal static JsonElement Request(Action<Utf8JsonWriter> request, Action<Channel> held = null, Action<JsonElement> progress = null)
        {
            Channel channel = null;
            try
            {
                if (!Idle.TryTake(out channel))
                {
                    channel = new Channel();
                }

                held?.Invoke(channel);
                JsonElement reply = channel.Exchange(request, progress);
                held?.Invoke(null);
                Idle.Add(channel);
                return reply;
            }
            catch (Exception error) when (error is SocketException || error is ObjectDisposedException || error is JsonException)
            {
                throw new ChannelException("The lab's simulation does not answer: " + error.Message, error);
            }
        }

        internal void Cut() => socket.Dispose();

        private JsonElement Exchange(Action<Utf8JsonWriter> request, Action<JsonElement> progress = null)
        {
            var output = new MemoryStream();
            using (var writer = new Utf8JsonWriter(output))
            {
                writer.WriteStartObject();
                request(writer);
                writer.WriteEndObject();
            }

            output.WriteByte((byte)'\n');
            var bytes = new ArraySegment<byte>(output.GetBuffer(), 0, (int)output.Length);
            while (bytes.Count > 0)
            {
                bytes = bytes.Slice(socket.Send(bytes, SocketFlags.None));
            }

            JsonElement reply = JsonDocument.Parse(ReadLine()).RootElement;
            while (reply.TryGetProperty("progress", out JsonElement far))
            {
                progress?.Invoke(far);
                reply = JsonDocument.Parse(ReadLine()).RootElement;
            }

            if (reply.TryGetProperty("refused", out JsonElement reason))
            {
                throw new ChannelException("The lab refused the request: " + reason.GetString(), null);
            }

            return reply;
        }

        private byte[] ReadLine()
        {
            int searched = start;
            while (true)
            {
                int at = Array.IndexOf(buffer, (byte)'\n', searched, end - searched);
                if (at >= 0)
                {
                    var line = new byte[at - start];
                    Buffer.BlockCopy(buffer, start, line, 0, line.Length);
                    start = at + 1;
                    return line;
                }

                searched = end;
                if (end == buffer.Length)
                {
                    var bigger = start > 0 ? buffer : new byte[buffer.Length * 2];
                    Buffer.BlockCopy(buffer, start, bigger, 0, end - start);
                    searched -= start;
                    end -= start;
                    start = 0;
                    buffer = bigger;
                }

                int count = socket.Receive(buffer, end, buffer.Length - end, SocketFlags.None);
                if (count == 0)
                {
                    throw new ChannelException("The lab closed the connection.", null);
                }

                end += count;
            }
        }
    }
}
