// Copyright: (c) 2026, datacenter.hyperv contributors
// GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

using System;
using System.Collections.Generic;
using System.Linq;
using System.Management.Automation;
using System.Text.Json;

namespace HyperVLab
{
    /// <summary>One running cmdlet or function of a simulated module: every record of its pipeline is one call of the simulation.</summary>
    public sealed class Invocation
    {
        private static readonly HashSet<string> Common = new HashSet<string>(
            Cmdlet.CommonParameters.Concat(Cmdlet.OptionalCommonParameters), StringComparer.OrdinalIgnoreCase);

        private static readonly string[] NamesOfTargets = { "VM", "VMName", "Name", "InputObject", "Path", "LiteralPath" };

        private readonly PSCmdlet cmdlet;
        private readonly string module;
        private readonly string asks;
        private volatile Channel waitingOn;
        private volatile bool stopped;
        private CompletedJob job;

        /// <param name="asks">what the real cmdlet asks before it acts unless it got -Force; null if it does not ask</param>
        public Invocation(PSCmdlet cmdlet, string module, string asks)
        {
            this.cmdlet = cmdlet;
            this.module = module;
            this.asks = asks;
        }

        /// <summary>Entry for functions of script modules (the modules that Windows makes from CDXML).</summary>
        public static void Record(PSCmdlet function, string module, IDictionary<string, object> bound) =>
            new Invocation(function, module, null).Record(bound);

        public void Record(IDictionary<string, object> bound)
        {
            if (bound.TryGetValue("AsJob", out object asJob) && LanguagePrimitives.IsTrue(asJob))
            {
                job ??= new CompletedJob(cmdlet.MyInvocation.Line, cmdlet.MyInvocation.MyCommand.Name);
            }

            if (MayAct(bound))
            {
                Act(bound);
            }
        }

        /// <summary>The job of -AsJob. The lab's cmdlets end before it is handed out, so it is a completed one.</summary>
        public void End()
        {
            if (job != null)
            {
                job.Complete();
                cmdlet.JobRepository.Add(job);
                cmdlet.WriteObject(job);
            }
        }

        public void Stop()
        {
            stopped = true;
            waitingOn?.Cut();
        }

        private bool MayAct(IDictionary<string, object> bound)
        {
            string name = cmdlet.MyInvocation.MyCommand.Name;
            string target = string.Join(", ", NamesOfTargets.Where(bound.ContainsKey).Take(1).SelectMany(key => TargetNames(bound[key])));
            if (SupportsShouldProcess && !cmdlet.ShouldProcess(target.Length > 0 ? target : Environment.GetEnvironmentVariable("COMPUTERNAME"), name))
            {
                return false;
            }

            bool forced = bound.TryGetValue("Force", out object force) && LanguagePrimitives.IsTrue(force);
            return asks == null || forced || cmdlet.ShouldContinue(string.Format(asks, target), "Confirm");
        }

        private bool SupportsShouldProcess =>
            cmdlet.MyInvocation.MyCommand is CommandInfo info && info.Parameters != null && info.Parameters.ContainsKey("WhatIf");

        private static IEnumerable<string> TargetNames(object value)
        {
            object plain = value is PSObject wrapped ? wrapped.BaseObject : value;
            if (plain is System.Collections.IEnumerable items && !(plain is string))
            {
                return items.Cast<object>().SelectMany(TargetNames);
            }

            return new[] { plain is LabObject item ? (PSObject.AsPSObject(item).Properties["Name"]?.Value?.ToString() ?? item.ToString()) : plain?.ToString() ?? "" };
        }

        private void Act(IDictionary<string, object> bound)
        {
            JsonElement reply;
            try
            {
                reply = Channel.Request(writer => WriteCall(writer, bound), channel => waitingOn = channel, Tell);
            }
            catch (ChannelException) when (stopped)
            {
                throw new PipelineStoppedException();
            }

            string verb = cmdlet.MyInvocation.MyCommand.Name;
            if (!verb.StartsWith("Get-", StringComparison.OrdinalIgnoreCase))
            {
                Channel.SomethingMayHaveChanged();
            }

            if (reply.TryGetProperty("drives", out JsonElement drives))
            {
                Drives.Follow(cmdlet.SessionState, drives.GetString());
            }

            foreach (JsonElement warning in reply.GetProperty("warnings").EnumerateArray())
            {
                cmdlet.WriteWarning(warning.GetString());
            }

            foreach (JsonElement value in reply.GetProperty("output").EnumerateArray())
            {
                object decoded = Wire.Decode(value);
                Give(decoded is LabObject item ? LabObject.ForPipeline(item) : decoded);
            }

            foreach (JsonElement error in reply.GetProperty("errors").EnumerateArray())
            {
                Complain(Errors.Record(error));
            }

            if (reply.TryGetProperty("terminating", out JsonElement fatal) && fatal.ValueKind == JsonValueKind.Object)
            {
                if (job != null)
                {
                    job.Fail(Errors.Record(fatal));
                    return;
                }

                cmdlet.ThrowTerminatingError(Errors.Record(fatal));
            }
        }

        private void Tell(JsonElement far) => cmdlet.WriteProgress(
            new ProgressRecord(0, far.GetProperty("activity").GetString(), cmdlet.MyInvocation.MyCommand.Name)
            {
                PercentComplete = far.GetProperty("percent").GetInt32(),
            });

        private void WriteCall(Utf8JsonWriter writer, IDictionary<string, object> bound)
        {
            writer.WriteString("call", "invoke");
            writer.WriteString("module", module);
            writer.WriteString("cmdlet", cmdlet.MyInvocation.MyCommand.Name);
            writer.WriteString("set", cmdlet.ParameterSetName);
            writer.WriteStartObject("parameters");
            foreach (KeyValuePair<string, object> entry in bound)
            {
                if (!Common.Contains(entry.Key) && !entry.Key.Equals("AsJob", StringComparison.OrdinalIgnoreCase))
                {
                    writer.WritePropertyName(entry.Key);
                    Wire.Encode(writer, entry.Value);
                }
            }

            writer.WriteEndObject();
        }

        private void Give(object value)
        {
            if (job != null)
            {
                job.Output.Add(PSObject.AsPSObject(value));
            }
            else
            {
                cmdlet.WriteObject(value);
            }
        }

        private void Complain(ErrorRecord record)
        {
            if (job != null)
            {
                job.Error.Add(record);
            }
            else
            {
                cmdlet.WriteError(record);
            }
        }
    }

    /// <summary>Base of the generated cmdlet classes: they only declare parameters.</summary>
    public abstract class LabCmdlet : PSCmdlet
    {
        private Invocation invocation;

        /// <summary>The module the cmdlet belongs to.</summary>
        protected abstract string Home { get; }

        /// <summary>What the real cmdlet asks unless it got -Force ({0} is the target's name); null if it does not ask.</summary>
        protected virtual string Asks => null;

        protected override void ProcessRecord()
        {
            invocation ??= new Invocation(this, Home, Asks);
            invocation.Record(MyInvocation.BoundParameters);
        }

        protected override void EndProcessing() => invocation?.End();

        protected override void StopProcessing() => invocation?.Stop();
    }

    /// <summary>What -AsJob gives: everything has happened by the time the caller sees it.</summary>
    internal sealed class CompletedJob : Job
    {
        private bool failed;

        internal CompletedJob(string command, string name) : base(command, name)
        {
            PSJobTypeName = "HyperVLabJob";
        }

        public override bool HasMoreData => Output.Count > 0 || Error.Count > 0;

        public override string Location => "localhost";

        public override string StatusMessage => "";

        public override void StopJob() { }

        internal void Complete() => SetJobState(failed ? JobState.Failed : JobState.Completed);

        internal void Fail(ErrorRecord record)
        {
            failed = true;
            Error.Add(record);
        }
    }
}
