// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections;
using System.Collections.Generic;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

// The runtime calls this class by its name before the program's own Main (DOTNET_STARTUP_HOOKS).
internal static class StartupHook
{
    public static void Initialize() => AppDomain.CurrentDomain.AssemblyLoad += WhenLoaded;

    private static void WhenLoaded(object sender, AssemblyLoadEventArgs loaded)
    {
        switch (loaded.LoadedAssembly.GetName().Name)
        {
            case "System.Management.Automation":
                HyperVLab.EveryRunspace.AddFileProvider();
                break;
            case "Microsoft.PowerShell.Commands.Management":
                HyperVLab.EveryRunspace.ReplacePathCommands(loaded.LoadedAssembly);
                break;
        }
    }
}

namespace HyperVLab
{
    /// <summary>
    /// Makes the provider of the simulated drives part of PowerShell's core, so that every runspace of the process has it:
    /// the program's own, the server's, and those that scripts (Ansible's module wrapper) open for themselves. PowerShell
    /// offers no public way for this; its tables of what an assembly provides are extended before their first use.
    /// </summary>
    internal static class EveryRunspace
    {
        private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Static;

        private static Type Tables => typeof(PSObject).Assembly.GetType("System.Management.Automation.Runspaces.PSSnapInHelpers");

        internal static void AddFileProvider()
        {
            InitialSessionState.CreateDefault2();  // fills the tables for the engine's own assembly
            IDictionary providers = Table("s_providerCache", typeof(PSObject).Assembly);
            if (providers == null)
            {
                Console.Error.WriteLine("hyperv_lab: this PowerShell keeps its providers elsewhere; the simulated drives are missing.");
                return;
            }

            providers[FileProvider.Name] = new SessionStateProviderEntry(FileProvider.Name, typeof(FileProvider), null);
        }

        internal static void ReplacePathCommands(Assembly management)
        {
            var fill = new object[] { management, management.GetName().Name, null, null, null, null, null, null };
            Tables?.GetMethod("AnalyzePSSnapInAssembly", Hidden)?.Invoke(null, fill);
            IDictionary commands = Table("s_cmdletCache", management);
            if (commands == null)
            {
                Console.Error.WriteLine("hyperv_lab: this PowerShell keeps its commands elsewhere; Join-Path writes \"/\".");
                return;
            }

            AddCommandsOfWindows(commands);
            Replace(commands, "Join-Path", typeof(Microsoft.PowerShell.Commands.JoinPathCommand));
            Replace(commands, "Split-Path", typeof(Microsoft.PowerShell.Commands.SplitPathCommand));
            if (management.GetType("Microsoft.PowerShell.Commands.ContentCommandBase") == null)
            {
                Replace(commands, "Get-Content", typeof(Microsoft.PowerShell.Commands.GetContentCommand));
                Replace(commands, "Set-Content", typeof(Microsoft.PowerShell.Commands.SetContentCommand));
                Replace(commands, "Add-Content", typeof(Microsoft.PowerShell.Commands.AddContentCommand));
            }
        }

        /// <summary>Commands of this module that PowerShell has on Windows only, such as Get-Service.</summary>
        private static void AddCommandsOfWindows(IDictionary commands)
        {
            string file = Environment.GetEnvironmentVariable("HYPERV_LAB_COMMANDS");
            if (string.IsNullOrEmpty(file))
            {
                return;
            }

            foreach (Type type in Assembly.LoadFrom(file).GetExportedTypes())
            {
                var attribute = type.GetCustomAttribute<CmdletAttribute>();
                if (attribute != null)
                {
                    Replace(commands, attribute.VerbName + "-" + attribute.NounName, type);
                }
            }
        }

        private static void Replace(IDictionary commands, string name, Type type)
        {
            var entry = new SessionStateCmdletEntry(name, type, null);
            commands[name] = Tuple.Create(entry, new List<SessionStateAliasEntry>());
        }

        private static IDictionary Table(string name, Assembly assembly)
        {
            object lazy = Tables?.GetField(name, Hidden)?.GetValue(null);
            return lazy?.GetType().GetProperty("Value")?.GetValue(lazy) is IDictionary all ? all[assembly] as IDictionary : null;
        }
    }
}
