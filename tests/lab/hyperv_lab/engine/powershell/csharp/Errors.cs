// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Management.Automation;
using System.Text.Json;

namespace HyperVLab
{
    /// <summary>Error records of the simulation as PowerShell's: exception type, HRESULT, category, id and target.</summary>
    internal static class Errors
    {
        internal static ErrorRecord Record(JsonElement error)
        {
            string message = error.GetProperty("message").GetString();
            Exception exception = Make(error.GetProperty("exception").GetString(), message);
            if (error.TryGetProperty("hresult", out JsonElement code) && code.ValueKind == JsonValueKind.Number)
            {
                exception.HResult = unchecked((int)code.GetInt64());
            }

            if (!Enum.TryParse(error.GetProperty("category").GetString(), out ErrorCategory category))
            {
                category = ErrorCategory.NotSpecified;
            }

            string target = error.TryGetProperty("target", out JsonElement named) ? named.GetString() : null;
            return new ErrorRecord(exception, error.GetProperty("id").GetString(), category, target);
        }

        private static Exception Make(string typeName, string message)
        {
            Type type = Wire.TypeNamed(typeName) ?? Type.GetType(typeName, false) ?? FromLoaded(typeName);
            if (type == null || !typeof(Exception).IsAssignableFrom(type))
            {
                type = typeName.StartsWith("Microsoft.HyperV.PowerShell.", StringComparison.Ordinal)
                    ? Wire.TypeNamed("Microsoft.HyperV.PowerShell.VirtualizationException") ?? typeof(RuntimeException)
                    : typeof(RuntimeException);
            }

            return (Exception)Activator.CreateInstance(type, message);
        }

        private static Type FromLoaded(string typeName) =>
            typeof(PSObject).Assembly.GetType(typeName, false)
            ?? Type.GetType(typeName + ", Microsoft.Management.Infrastructure", false);
    }
}
