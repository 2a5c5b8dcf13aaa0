// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Management.Automation;
using System.Net;
using System.Reflection;
using System.Security;
using System.Text;
using System.Text.Json;

namespace HyperVLab
{
    /// <summary>
    /// Values on the channel. What JSON has is itself; anything else is an object whose member "$" says what it is:
    /// guid, time, span, bytes, enum, object, credential, table.
    /// </summary>
    internal static class Wire
    {
        private static readonly ConcurrentDictionary<string, Type> Types = new ConcurrentDictionary<string, Type>();

        /// <summary>The generated class or enumeration for a type name of the simulation; null if there is none.</summary>
        internal static Type TypeNamed(string name) => Types.GetOrAdd(name, key => Objects.Value.GetType(Identifier(key), false));

        private static readonly Lazy<Assembly> Objects = new Lazy<Assembly>(() => Assembly.LoadFrom(
            Path.Combine(Path.GetDirectoryName(typeof(Wire).Assembly.Location), "HyperVLab.Objects.dll")));

        /// <summary>The C# name of a type: CIM class names hold characters that no C# name can. Same rule as csharp_type in csharp_names.py.</summary>
        private static string Identifier(string name)
        {
            const string Infrastructure = "Microsoft.Management.Infrastructure.";
            if (name.StartsWith(Infrastructure, StringComparison.Ordinal))
            {
                name = "HyperVLab.Infrastructure." + name.Substring(Infrastructure.Length);
            }

            var text = new StringBuilder(name.Length);
            foreach (char letter in name)
            {
                bool legal = letter == '.' || letter == '_' || (letter < 128 && char.IsLetterOrDigit(letter));
                text.Append(legal ? letter : '_');
            }

            return text.ToString();
        }

        internal static object Decode(JsonElement value)
        {
            switch (value.ValueKind)
            {
                case JsonValueKind.String: return value.GetString();
                case JsonValueKind.True: return true;
                case JsonValueKind.False: return false;
                case JsonValueKind.Number: return DecodeNumber(value);
                case JsonValueKind.Array:
                    var items = new object[value.GetArrayLength()];
                    int at = 0;
                    foreach (JsonElement item in value.EnumerateArray())
                    {
                        items[at++] = Decode(item);
                    }

                    return items;
                case JsonValueKind.Object: return DecodeTagged(value);
                default: return null;
            }
        }

        private static object DecodeNumber(JsonElement value)
        {
            if (value.TryGetInt32(out int small)) { return small; }
            if (value.TryGetInt64(out long large)) { return large; }
            if (value.TryGetUInt64(out ulong largest)) { return largest; }
            return value.GetDouble();
        }

        private static object DecodeTagged(JsonElement value)
        {
            switch (value.GetProperty("$").GetString())
            {
                case "guid": return Guid.Parse(value.GetProperty("value").GetString());
                case "time":
                    return DateTime.Parse(value.GetProperty("value").GetString(), CultureInfo.InvariantCulture, DateTimeStyles.None);
                case "span": return new TimeSpan(value.GetProperty("ticks").GetInt64());
                case "bytes": return value.GetProperty("value").GetBytesFromBase64();
                case "enum": return DecodeEnumeration(value);
                case "object": return LabObject.From(value);
                case "credential":
                    return new PSCredential(
                        value.GetProperty("username").GetString(), Secure(value.GetProperty("password").GetString()));
                case "table":
                    var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
                    foreach (JsonProperty entry in value.GetProperty("value").EnumerateObject())
                    {
                        table[entry.Name] = Decode(entry.Value);
                    }

                    return table;
                default: throw new ChannelException("A value of an unknown kind came from the lab: " + value, null);
            }
        }

        private static object DecodeEnumeration(JsonElement value)
        {
            Type type = TypeNamed(value.GetProperty("type").GetString());
            return type == null
                ? value.GetProperty("name").GetString()
                : Enum.ToObject(type, value.GetProperty("number").GetInt64());
        }

        private static SecureString Secure(string text)
        {
            var secure = new SecureString();
            foreach (char letter in text)
            {
                secure.AppendChar(letter);
            }

            secure.MakeReadOnly();
            return secure;
        }

        internal static void Encode(Utf8JsonWriter writer, object value)
        {
            if (value is PSObject wrapped)
            {
                value = wrapped.BaseObject is PSCustomObject ? (object)wrapped : wrapped.BaseObject;
            }

            switch (value)
            {
                case null: writer.WriteNullValue(); break;
                case string text: writer.WriteStringValue(text); break;
                case bool flag: writer.WriteBooleanValue(flag); break;
                case SwitchParameter flag: writer.WriteBooleanValue(flag.ToBool()); break;
                case Enum member:
                    EncodeTagged(writer, "enum", w =>
                    {
                        w.WriteString("type", member.GetType().FullName);
                        w.WriteString("name", member.ToString());
                        w.WriteNumber("number", Convert.ToInt64(member, CultureInfo.InvariantCulture));
                    });
                    break;
                case sbyte or byte or short or ushort or int or long:
                    writer.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                    break;
                case uint or ulong: writer.WriteNumberValue(Convert.ToUInt64(value, CultureInfo.InvariantCulture)); break;
                case float or double: writer.WriteNumberValue(Convert.ToDouble(value, CultureInfo.InvariantCulture)); break;
                case decimal number: writer.WriteNumberValue(number); break;
                case Guid guid: EncodeTagged(writer, "guid", w => w.WriteString("value", guid.ToString())); break;
                case TimeSpan span: EncodeTagged(writer, "span", w => w.WriteNumber("ticks", span.Ticks)); break;
                case DateTime time:
                    EncodeTagged(writer, "time", w => w.WriteString("value", time.ToUniversalTime().ToString("o", CultureInfo.InvariantCulture)));
                    break;
                case LabObject item: EncodeTagged(writer, "object", w => w.WriteString("key", LabObject.KeyOf(item))); break;
                case PSCredential credential:
                    EncodeTagged(writer, "credential", w =>
                    {
                        w.WriteString("username", credential.UserName);
                        w.WriteString("password", credential.GetNetworkCredential().Password);
                    });
                    break;
                case SecureString secure: writer.WriteStringValue(new NetworkCredential("", secure).Password); break;
                case IDictionary table: EncodeTable(writer, table); break;
                case PSObject custom: EncodeTable(writer, Members(custom)); break;
                case IEnumerable items:
                    writer.WriteStartArray();
                    foreach (object item in items)
                    {
                        Encode(writer, item);
                    }

                    writer.WriteEndArray();
                    break;
                default: writer.WriteStringValue(LanguagePrimitives.ConvertTo<string>(value)); break;
            }
        }

        private static void EncodeTagged(Utf8JsonWriter writer, string kind, Action<Utf8JsonWriter> members)
        {
            writer.WriteStartObject();
            writer.WriteString("$", kind);
            members(writer);
            writer.WriteEndObject();
        }

        private static void EncodeTable(Utf8JsonWriter writer, IDictionary table)
        {
            EncodeTagged(writer, "table", w =>
            {
                w.WriteStartObject("value");
                foreach (DictionaryEntry entry in table)
                {
                    w.WritePropertyName(LanguagePrimitives.ConvertTo<string>(entry.Key));
                    Encode(w, entry.Value);
                }

                w.WriteEndObject();
            });
        }

        private static IDictionary Members(PSObject custom)
        {
            var table = new Hashtable();
            foreach (PSPropertyInfo property in custom.Properties)
            {
                table[property.Name] = property.Value;
            }

            return table;
        }
    }
}
