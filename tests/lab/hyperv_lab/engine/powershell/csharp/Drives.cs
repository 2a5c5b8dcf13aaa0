// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Provider;

namespace HyperVLab
{
    /// <summary>The host's drives as PowerShell drives.</summary>
    internal static class Drives
    {
        /// <summary>The letters of the volumes when the process started, such as "CD".</summary>
        internal static IEnumerable<char> AtStart => Environment.GetEnvironmentVariable("HYPERV_LAB_DRIVES") ?? "";

        internal static PSDriveInfo Make(char letter, ProviderInfo provider) =>
            new PSDriveInfo(letter.ToString(), provider, letter + ":\\", "", null);

        /// <summary>Adds and removes drives of the session so that they are those of the simulation now.</summary>
        internal static void Follow(SessionState session, string letters)
        {
            ProviderInfo provider = session.Provider.GetOne(FileProvider.Name);
            foreach (PSDriveInfo drive in session.Drive.GetAllForProvider(FileProvider.Name))
            {
                if (drive.Name.Length == 1 && letters.IndexOf(drive.Name[0]) < 0)
                {
                    session.Drive.Remove(drive.Name, true, "global");
                }
            }

            foreach (char letter in letters)
            {
                if (session.Drive.GetAllForProvider(FileProvider.Name).Count == 0 || !Exists(session, letter))
                {
                    session.Drive.New(Make(letter, provider), "global");
                }
            }
        }

        private static bool Exists(SessionState session, char letter)
        {
            foreach (PSDriveInfo drive in session.Drive.GetAll())
            {
                if (drive.Name.Equals(letter.ToString(), StringComparison.OrdinalIgnoreCase))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
