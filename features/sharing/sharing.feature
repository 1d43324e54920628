Feature: Sharing a session
  The owner invites others into a session: a colleague, any representative of a team, or whoever can help with an issue.

  Background:
    Given the site "sharing"
    And Alex is signed in to the desktop console
    And Blair is signed in to the desktop console
    And Carla is in session with Alex

  Rule: Whom one can invite

    @SHR-01
    Scenario: The ways to invite are listed
      Then Alex may share Carla's session with "representative, team, issue, external representative"

    @SHR-01 @EXT-02
    Scenario: Inviting from outside is listed with the permission only
      Given Dana is in session with Blair
      Then Blair may share Dana's session with "representative, team, issue"

    @SHR-02
    Scenario: Help can be asked for issues that are set for it
      Then Alex may ask for help with "VPN does not connect, Invoice is wrong" in Carla's session

    @SHR-04
    Scenario: A team lists its members who are there or have extended availability
      Given Casey was signed in with extended availability
      Then Alex may invite "Blair Osei, Casey Lund" of the Network team to Carla's session
      When Drew signs in to the Android console
      Then Alex may invite "Drew Patel" of the Desktop team to Carla's session
      When Blair signs out
      Then Alex may invite "Casey Lund" of the Network team to Carla's session

    @SHR-04 @TRF-06 @TMC-03
    Scenario: Who is not there, but has extended availability, can be invited and no more
      Given Casey was signed in with extended availability
      Then Alex may invite "Blair Osei, Casey Lund" of the Network team to Carla's session
      And Alex may transfer to the representatives "Blair Osei"
      And Alex may chat with "Network, Desktop, Blair Osei"

    @SHR-04
    Scenario: Who is neither there nor available is not listed
      Then Alex may invite "Blair Osei" of the Network team to Carla's session

    @SHR-08
    Scenario: With the permission one sees other teams that have somebody to invite
      Then Alex may share Carla's session with the teams "Network, Desktop"
      When Erin signs in to the desktop console
      Then Alex may share Carla's session with the teams "Network, Desktop, Billing"
      And Alex may invite "Erin Novak" of the Billing team to Carla's session
      When Erin signs out
      Then Alex may share Carla's session with the teams "Network, Desktop"

    @SHR-08
    Scenario: Without it one sees the own teams
      Given Erin is signed in to the desktop console
      And Dana is in session with Blair
      Then Blair may share Dana's session with the teams "Network"
      When Blair tries to invite any representative of Billing to Dana's session
      Then for 10 seconds Erin does not see Dana in any queue

  Rule: What becomes of an invitation

    @QUE-06 @SHR-05 @SHR-18
    Scenario: A colleague is invited, and joins
      Given Drew is signed in to the desktop console
      When Alex invites Blair to Carla's session
      Then Blair's personal queue shows an invitation to Carla's session from Alex
      And nobody but Blair sees Carla in a queue
      When Blair accepts the invitation to Carla's session
      Then Blair has Carla's session open
      And Carla is in session with Blair
      And Carla is in session with Alex
      And Alex owns Carla's session
      And Blair's personal queue shows no invitation
      And Carla's session has no open invitations on Alex's console

    @SHR-19
    Scenario: An invitation can be declined
      Given Alex invites Blair to Carla's session
      When Blair declines the invitation to Carla's session
      Then Blair's personal queue shows no invitation
      And Blair has no session open
      And Carla's session has no open invitations on Alex's console

    @SHR-03 @QUE-12
    Scenario: Help is asked for with an issue, and goes where the issue belongs
      Given Erin is signed in to the desktop console
      When Alex asks for help with "Invoice is wrong" in Carla's session
      Then Erin sees this line in the Billing queue:
        | customer | issue            | priority | state      |
        | Carla    | Invoice is wrong | low      | invitation |
      And Blair does not see Carla in any queue
      When Erin accepts the invitation to Carla's session
      Then Carla is in session with Erin
      And Alex owns Carla's session

    @SHR-06 @QUE-12
    Scenario: Any representative of a team may take it, and one does
      Given Casey is signed in to the Android console
      And Drew is signed in to the desktop console
      When Alex invites any representative of Network to Carla's session
      Then the Network queue shows Blair an invitation to Carla's session from Alex
      And the Network queue shows Casey an invitation to Carla's session from Alex
      And Drew does not see Carla in any queue
      When Blair accepts the invitation to Carla's session
      Then Blair has Carla's session open
      And Casey does not see Carla in any queue
      And Casey has no session open

    @SHR-07
    Scenario: Two such invitations let two of them join
      Given Casey is signed in to the Android console
      When Alex invites any representative of Network to Carla's session
      And Alex invites any representative of Network to Carla's session
      And Blair accepts the invitation to Carla's session
      And 1 second passes
      And Casey accepts the invitation to Carla's session
      Then Blair has Carla's session open
      And Casey has Carla's session open
      And Carla is in session with Blair
      And Carla is in session with Casey

    @SHR-09
    Scenario: Who has extended availability is mailed
      Given Casey was signed in with extended availability
      And Drew is signed in to the desktop console
      When Alex invites Casey to Carla's session
      Then Casey gets a mail about an invitation from "Alex Kim"
      When Casey signs in again
      Then Casey's personal queue shows an invitation to Carla's session from Alex
      When Casey accepts the invitation to Carla's session
      Then Carla is in session with Casey

    @SHR-09
    Scenario: Who has extended availability is mailed while signed in, too
      Given Casey is signed in to the desktop console
      And Casey turns extended availability on
      When Alex invites Casey to Carla's session
      Then Casey's personal queue shows an invitation to Carla's session from Alex
      And Casey gets a mail about an invitation from "Alex Kim"

    @SHR-09
    Scenario: Who is signed in without it is not mailed
      Given Casey is signed in to the desktop console
      When Alex invites Casey to Carla's session
      Then Casey's personal queue shows an invitation to Carla's session from Alex
      And for 5 minutes Casey has no mail about an invitation

    @SHR-09
    Scenario: Nobody is mailed for an invitation to any representative of a team
      Given Casey is signed in to the desktop console
      When Alex invites any representative of Network to Carla's session
      Then Casey sees this line in the Network queue:
        | customer | state      |
        | Carla    | invitation |
      And for 5 minutes Casey has no mail about an invitation

    @SHR-09
    Scenario: Who has given it up again is not mailed
      Given Casey is signed in to the desktop console
      When Casey turns extended availability on
      And Casey turns extended availability off
      And Alex invites Casey to Carla's session
      Then Casey's personal queue shows an invitation to Carla's session from Alex
      And for 5 minutes Casey has no mail about an invitation

    @SHR-09
    Scenario: Extended availability takes an address for mail
      When Blair tries to turn extended availability on
      Then Blair is told "the account has no mail address"
      When Blair signs out
      Then Alex may invite nobody of the Network team to Carla's session

    @SHR-09
    Scenario: Extended availability takes the permission
      Given Drew is signed in to the desktop console
      Then Drew is not offered to turn extended availability on

    @SHR-10 @SHR-14
    Scenario: The owner withdraws an invitation
      Given Alex invites Blair to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      And Carla's session has the open invitations "Blair Osei" on Alex's console
      When Alex cancels the invitation of "Blair Osei" to Carla's session
      Then Blair's personal queue shows no invitation
      And Carla's session has no open invitations on Alex's console
      And Blair has no session open

    @SHR-10
    Scenario: One of several is withdrawn, and the others stay
      Given Casey is signed in to the desktop console
      And Alex invites Blair to Carla's session
      And Alex invites any representative of Network to Carla's session
      And Alex invites Casey to Carla's session
      When Alex cancels the invitation of "any representative of Network" to Carla's session
      Then Carla's session has the open invitations "Blair Osei, Casey Lund" on Alex's console
      And Blair's personal queue shows an invitation to Carla's session from Alex
      And Casey's personal queue shows an invitation to Carla's session from Alex

    @SHR-10 @SHR-18
    Scenario: An invitation that was followed can't be withdrawn any more
      Given Alex invites Blair to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When packets between Alex and the appliance are held
      And Blair accepts the invitation to Carla's session
      And 1 second passes
      And Alex cancels the invitation of "Blair Osei" to Carla's session
      And packets between Alex and the appliance go on after 1 second
      Then Alex is told "the invitation is no longer active"
      And Blair has Carla's session open
      And Carla is in session with Blair

    @SHR-14 @SHR-20
    Scenario: An invitation that was withdrawn can't be followed any more
      Given Alex invites Blair to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When packets between Blair and the appliance are held
      And Alex cancels the invitation of "Blair Osei" to Carla's session
      And 1 second passes
      And Blair accepts the invitation to Carla's session
      And packets between Blair and the appliance go on after 1 second
      Then Blair is told "no longer available"
      And Blair has no session open

    @SHR-11
    Scenario: Only the owner invites
      Given Drew is signed in to the desktop console
      And Alex invites Blair to Carla's session
      And Blair accepts the invitation to Carla's session
      When Blair tries to invite Drew to Carla's session
      Then Blair is told "only the owner may do this"
      And Drew's personal queue shows no invitation

    @SHR-13
    Scenario: Nobody is invited twice
      When Alex invites Blair to Carla's session
      And Alex tries to invite Blair to Carla's session
      Then Alex is told "already invited"
      And Carla's session has the open invitations "Blair Osei" on Alex's console

    @SHR-13
    Scenario: Nor who is in the session already
      Given Alex invites Blair to Carla's session
      And Blair accepts the invitation to Carla's session
      When Alex tries to invite Blair to Carla's session
      Then Alex is told "already invited"
      And Blair's personal queue shows no invitation

    @SHR-13
    Scenario: Who has declined may be asked again
      Given Alex invites Blair to Carla's session
      And Blair declines the invitation to Carla's session
      When Alex invites Blair to Carla's session
      Then Blair's personal queue shows an invitation to Carla's session from Alex

    @SHR-12
    Scenario: An invitation has all the time in the world
      Given Alex invites Blair to Carla's session
      And Alex invites any representative of Network to Carla's session
      When 1 day passes
      Then Blair's personal queue shows an invitation to Carla's session from Alex
      And the Network queue shows Blair an invitation to Carla's session from Alex
      When Blair accepts the invitation to Carla's session
      Then Blair has Carla's session open

    @SHR-15
    Scenario: An invitation dies when its sender puts the session on hold
      Given Alex invites Blair to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When Alex puts Carla's session on hold
      Then Blair's personal queue shows no invitation
      And Blair has no session open

    @SHR-15
    Scenario: An invitation dies when its sender leaves to others
      Given Casey is signed in to the desktop console
      And Alex invites Casey to Carla's session
      And Casey accepts the invitation to Carla's session
      And Alex invites Blair to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When Alex leaves Carla's session
      Then Casey owns Carla's session
      And Blair's personal queue shows no invitation

    @SHR-16
    Scenario: An invitation dies when its sender hands the session over
      Given Casey is signed in to the desktop console
      And Alex invites Casey to Carla's session
      And Casey accepts the invitation to Carla's session
      And Alex invites Blair to Carla's session
      And Alex invites any representative of Desktop to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When Alex transfers Carla's session to Casey
      Then Casey owns Carla's session
      And Blair's personal queue shows no invitation
      And Alex does not see Carla in any queue
      And Carla's session has no open invitations on Casey's console

    @SHR-17
    Scenario: An invitation dies with its session
      Given Alex invites Blair to Carla's session
      And Alex invites any representative of Network to Carla's session
      And Blair's personal queue shows an invitation to Carla's session from Alex
      When Alex ends Carla's session
      Then Blair's personal queue shows no invitation
      And Blair does not see Carla in any queue

  Rule: Leaving what goes on

    @SHR-15
    Scenario: An owner who leaves hands over to whoever has shared the session for longest
      Given Casey is signed in to the desktop console
      And Alex invites Blair to Carla's session
      And Blair accepts the invitation to Carla's session
      And Alex invites Casey to Carla's session
      And Casey accepts the invitation to Carla's session
      When Alex leaves Carla's session
      Then Alex has no session open
      And Blair owns Carla's session
      And Casey has Carla's session open
      And Carla is in session with Blair

    @SHR-15
    Scenario: An owner who is alone does not leave
      When Alex tries to leave Carla's session
      Then Alex is told "nobody else is in the session"
      And Alex owns Carla's session
      And Carla is in session with Alex
