// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Text.Json;

namespace HyperVLab
{
    /// <summary>
    /// An object of the simulation. The generated classes add the typed properties of the real one. A property read asks the
    /// simulation, so it is as live as Hyper-V's own objects; what one request brought is used for a tenth of a second, or
    /// until this process changes something.
    /// </summary>
    public abstract class LabObject
    {
        private const long FreshForMilliseconds = 100;

        private string key;
        private string typeName;
        private JsonElement values;
        private long readAt = long.MinValue;
        private long readInEpoch;
        private bool gone;  // no longer there, or a record of one moment: never read again

        internal static string KeyOf(LabObject item) => item.key;

        internal static string TypeNameOf(LabObject item) => item.typeName;

        internal static LabObject From(JsonElement reference)
        {
            string typeName = reference.GetProperty("type").GetString();
            Type type = Wire.TypeNamed(typeName) ?? typeof(UnknownObject);
            var made = (LabObject)Activator.CreateInstance(type, true);
            made.typeName = typeName;
            made.key = reference.GetProperty("key").GetString();
            made.gone = reference.TryGetProperty("frozen", out _);
            if (reference.TryGetProperty("values", out JsonElement values))
            {
                made.Keep(values);
            }

            return made;
        }

        /// <summary>What goes to the pipeline: CIM objects show the type names that scripts and formats look for.</summary>
        internal static object ForPipeline(LabObject item)
        {
            if (item.GetType().FullName == item.typeName)
            {
                return item;
            }

            var shown = new PSObject(item);
            int hash = item.typeName.IndexOf('#');
            if (hash >= 0)
            {
                string cim = item.typeName.Substring(0, hash);
                shown.TypeNames.Insert(0, cim);
                shown.TypeNames.Insert(0, cim + "#" + item.typeName.Substring(Math.Max(hash, item.typeName.LastIndexOf('/')) + 1));
            }

            shown.TypeNames.Insert(0, item.typeName);
            return shown;
        }

        internal static IEnumerable<KeyValuePair<string, object>> ValuesOf(LabObject item)
        {
            item.Refresh();
            foreach (JsonProperty property in item.values.EnumerateObject())
            {
                yield return new KeyValuePair<string, object>(property.Name, Shown(Wire.Decode(property.Value)));
            }
        }

        /// <summary>The property's value as the declared type; null where the simulation has none.</summary>
        protected T Read<T>(string property)
        {
            Refresh();
            if (values.ValueKind != JsonValueKind.Object || !values.TryGetProperty(property, out JsonElement found))
            {
                return default;
            }

            object value = Wire.Decode(found);
            if (value == null)
            {
                return default;
            }

            return value is T exact ? exact : (T)LanguagePrimitives.ConvertTo(value, typeof(T), System.Globalization.CultureInfo.InvariantCulture);
        }

        /// <summary>A list property as an array of the declared element type; an empty one where the simulation has none.</summary>
        protected T[] ReadList<T>(string property)
        {
            Refresh();
            if (values.ValueKind != JsonValueKind.Object || !values.TryGetProperty(property, out JsonElement found)
                || !(Wire.Decode(found) is object[] items))
            {
                return Array.Empty<T>();
            }

            var list = new T[items.Length];
            for (int at = 0; at < items.Length; at++)
            {
                list[at] = items[at] is T exact
                    ? exact
                    : (T)LanguagePrimitives.ConvertTo(items[at], typeof(T), System.Globalization.CultureInfo.InvariantCulture);
            }

            return list;
        }

        public override bool Equals(object other) => other is LabObject item && item.key == key;

        public override int GetHashCode() => key.GetHashCode();

        public override string ToString()
        {
            string name = Read<object>("Name") as string;
            object id = Read<object>("Id");
            string type = GetType().Name;
            return name == null || id == null || typeName.IndexOf('#') >= 0 ? GetType().FullName : $"{type} (Name = '{name}') [Id = '{id}']";
        }

        private static object Shown(object value) => value is LabObject item ? ForPipeline(item) : value;

        private void Keep(JsonElement fresh)
        {
            values = fresh;
            readAt = Environment.TickCount64;
            readInEpoch = Channel.Epoch;
        }

        private void Refresh()
        {
            if (gone || (readInEpoch == Channel.Epoch && readAt != long.MinValue && Environment.TickCount64 - readAt < FreshForMilliseconds))
            {
                return;
            }

            JsonElement reply = Channel.Request(writer =>
            {
                writer.WriteString("call", "read");
                writer.WriteString("key", key);
            });
            if (reply.TryGetProperty("values", out JsonElement fresh))
            {
                Keep(fresh);
            }
            else
            {
                gone = true;  // what it was when last seen stays
            }
        }
    }

    /// <summary>An object of a type that the lab has no class for; its values are in a table.</summary>
    public sealed class UnknownObject : LabObject
    {
        public Hashtable Values
        {
            get
            {
                var table = new Hashtable(StringComparer.OrdinalIgnoreCase);
                foreach (KeyValuePair<string, object> entry in ValuesOf(this))
                {
                    table[entry.Key] = entry.Value;
                }

                return table;
            }
        }
    }
}
